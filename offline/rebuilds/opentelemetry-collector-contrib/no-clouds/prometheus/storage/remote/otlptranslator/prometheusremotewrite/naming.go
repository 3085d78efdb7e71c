// Package prometheusremotewrite knows a metric's kind, all that the exporter asks of Prometheus for its name. The real
// package is a part of the server, with its clients for clouds and for Kubernetes.
package prometheusremotewrite

import (
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// TranslatorMetricFromOtelMetric has the name that the function of Prometheus has.
func TranslatorMetricFromOtelMetric(metric pmetric.Metric) otlptranslator.Metric {
	return otlptranslator.Metric{Name: metric.Name(), Unit: metric.Unit(), Type: kindOf(metric)}
}

func kindOf(metric pmetric.Metric) otlptranslator.MetricType {
	switch metric.Type() {
	case pmetric.MetricTypeGauge:
		return otlptranslator.MetricTypeGauge
	case pmetric.MetricTypeSum:
		if metric.Sum().IsMonotonic() {
			return otlptranslator.MetricTypeMonotonicCounter
		}
		return otlptranslator.MetricTypeNonMonotonicCounter
	case pmetric.MetricTypeHistogram:
		return otlptranslator.MetricTypeHistogram
	case pmetric.MetricTypeExponentialHistogram:
		return otlptranslator.MetricTypeExponentialHistogram
	case pmetric.MetricTypeSummary:
		return otlptranslator.MetricTypeSummary
	default:
		return otlptranslator.MetricTypeUnknown
	}
}
