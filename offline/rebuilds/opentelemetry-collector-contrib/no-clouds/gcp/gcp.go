// Package gcp finds nothing: the collector that is built here never runs on Google Cloud.
package gcp

import (
	"context"

	"go.opentelemetry.io/otel/sdk/resource"
)

type nothing struct{}

func (nothing) Detect(context.Context) (*resource.Resource, error) {
	return resource.Empty(), nil
}

// NewDetector has the name that the detector of this cloud has.
func NewDetector() resource.Detector {
	return nothing{}
}
