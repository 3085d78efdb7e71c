package main

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	parent  = "00f067aa0ba902b7"
)

// received is what a collector was sent.
type received struct {
	path   string
	header http.Header
	body   *collector.ExportTraceServiceRequest
}

// receiver is a collector that tells what it is sent; release, if there is one, is what its answers wait for.
func receiver(t *testing.T, release <-chan struct{}) (string, <-chan received) {
	sent := make(chan received, 64)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if release != nil {
			<-release
		}
		body, _ := io.ReadAll(request.Body)
		var message collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &message); err != nil {
			t.Errorf("the body is no OTLP: %v", err)
		}
		sent <- received{request.URL.Path, request.Header, &message}
	}))
	t.Cleanup(server.Close)
	return server.URL, sent
}

// ask sends a message to the agent, as part of a trace if one is named.
func ask(t *testing.T, handler http.Handler, traceparent string) string {
	body := `{"jsonrpc":"2.0","id":1,"method":"message/send","params":{"message":{"parts":[{"kind":"text","text":"private words"}]}}}`
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	if traceparent != "" {
		request.Header.Set("traceparent", traceparent)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if !strings.Contains(answer.Body.String(), "2 words") {
		t.Fatalf("it answers %s", answer.Body)
	}
	return answer.Body.String()
}

// agent is the handler of calls as main has it.
func agent(t *testing.T) (http.Handler, func()) {
	handler, finish, err := traced(http.HandlerFunc(serveCalls))
	if err != nil {
		t.Fatal(err)
	}
	return handler, finish
}

func spansOf(sent <-chan received) []*traces.Span {
	var spans []*traces.Span
	for {
		select {
		case one := <-sent:
			for _, resource := range one.body.ResourceSpans {
				for _, scope := range resource.ScopeSpans {
					spans = append(spans, scope.Spans...)
				}
			}
		default:
			return spans
		}
	}
}

func TestRequestIsPartOfItsTrace(t *testing.T) {
	url, sent := receiver(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b%3Dc,x-other=d")
	t.Setenv("OTEL_SERVICE_NAME", "counter")
	handler, finish := agent(t)
	ask(t, handler, "00-"+traceID+"-"+parent+"-01")
	finish()

	one := <-sent
	if one.path != "/v1/traces" || one.header.Get("x-key") != "a b=c" || one.header.Get("x-other") != "d" {
		t.Errorf("it sends to %s with %v", one.path, one.header)
	}
	span := one.body.ResourceSpans[0].ScopeSpans[0].Spans[0]
	if hex.EncodeToString(span.TraceId) != traceID || hex.EncodeToString(span.ParentSpanId) != parent {
		t.Errorf("the span is part of %x below %x", span.TraceId, span.ParentSpanId)
	}
	if span.Name != "POST /" || span.Kind != traces.Span_SPAN_KIND_SERVER {
		t.Errorf("the span is %s of kind %s", span.Name, span.Kind)
	}
	text := one.body.String()
	if !strings.Contains(text, "counter") || strings.Contains(text, "private") {
		t.Errorf("it says %s", text)
	}
}

func TestRequestOutsideOfATraceBeginsNone(t *testing.T) {
	url, sent := receiver(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	handler, finish := agent(t)
	for _, none := range []string{"", "nonsense", "00-" + traceID + "-" + parent + "-00"} {
		ask(t, handler, none)
	}
	finish()
	if spans := spansOf(sent); len(spans) != 0 {
		t.Errorf("it sends %v", spans)
	}
}

func TestNoAnswerWaitsForACollector(t *testing.T) {
	release := make(chan struct{})
	url, sent := receiver(t, release)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	handler, finish := agent(t)
	// More than the queue takes, all answered before the collector has answered once.
	for range 5000 {
		ask(t, handler, "00-"+traceID+"-"+parent+"-01")
	}
	close(release)
	finish()
	if spans := len(spansOf(sent)); spans == 0 || spans >= 5000 {
		t.Errorf("%d of 5000 spans arrive", spans)
	}
}

func TestWithoutACollectorNothingIsRecorded(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	next := http.HandlerFunc(serveCalls)
	handler, finish, err := traced(next)
	if _, same := handler.(http.HandlerFunc); !same || err != nil {
		t.Errorf("it is wrapped: %T, %v", handler, err)
	}
	finish()
}

func TestACollectorThatIsGoneEndsNothing(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	handler, finish := agent(t)
	ask(t, handler, "00-"+traceID+"-"+parent+"-01")
	done := make(chan struct{})
	go func() { finish(); close(done) }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Error("it does not end")
	}
}
