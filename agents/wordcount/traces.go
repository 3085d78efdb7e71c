package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	api "go.opentelemetry.io/otel/trace"
)

// traced records a span for each request that comes as part of a trace, and sends it to the collector that the
// variables of OpenTelemetry name: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME. Without a
// collector nothing is recorded. No answer waits for it: spans wait in a queue of 2048, and beyond them new ones are
// lost. The function that comes back sends what is left, for three seconds at most.
func traced(next http.Handler) (http.Handler, func(), error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return next, func() {}, nil
	}
	exporter, err := otlptracehttp.New(context.Background(), otlptracehttp.WithTimeout(3*time.Second))
	if err != nil {
		return nil, nil, err
	}
	self := resource.Default()
	provider := trace.NewTracerProvider(
		trace.WithResource(self),
		trace.WithBatcher(exporter, trace.WithBatchTimeout(500*time.Millisecond)),
		// What comes without a trace, such as a health check, begins none.
		trace.WithSampler(trace.ParentBased(trace.NeverSample())),
	)
	// Phoenix keeps nothing of what a resource says, and people want to see who did what.
	name, _ := self.Set().Value(semconv.ServiceNameKey)
	handler := otelhttp.NewHandler(next, "",
		otelhttp.WithTracerProvider(provider),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithSpanOptions(api.WithAttributes(semconv.ServiceName(name.AsString()))),
		otelhttp.WithSpanNameFormatter(func(_ string, request *http.Request) string {
			return request.Method + " " + request.URL.Path
		}),
	)
	finish := func() {
		within, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := provider.Shutdown(within); err != nil {
			log.Printf("spans lost: %v", err)
		}
	}
	return handler, finish, nil
}
