// Package azurevm finds nothing: the collector that is built here never runs on Azure.
package azurevm

import (
	"context"

	"go.opentelemetry.io/otel/sdk/resource"
)

type nothing struct{}

func (nothing) Detect(context.Context) (*resource.Resource, error) {
	return resource.Empty(), nil
}

// New has the name that the detector of this cloud has.
func New() resource.Detector {
	return nothing{}
}
