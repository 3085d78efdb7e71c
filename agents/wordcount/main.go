// The agent over HTTP: its card, and JSON-RPC at "/", for callers of A2A 0.3. All but its traces is the standard library.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

//go:embed AgentCard.json
var cardFile []byte

func main() {
	card, err := publicCard(cardFile, os.Getenv("AGENT_PUBLIC_URL"))
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, path := range []string{"/.well-known/agent-card.json", "/.well-known/agent.json"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(card)
		})
	}
	mux.HandleFunc("POST /{$}", serveCalls)

	answers, finishTraces, err := traced(http.MaxBytesHandler(mux, 1<<20))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Addr:              envOr("HOST", "0.0.0.0") + ":" + envOr("PORT", "5000"),
		Handler:           fromGateway(os.Getenv("NASIKO_GATEWAY_SECRET"), answers),
		ReadHeaderTimeout: 10 * time.Second,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	drained := make(chan struct{})
	go func() {
		<-stop.Done()
		// Calls that are being answered are finished.
		_ = server.Shutdown(context.Background())
		close(drained)
	}()
	log.Printf("listening on %s", server.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-drained
	finishTraces()
}

// publicCard is the card as callers get it: with the address at which they reach the agent.
func publicCard(file []byte, url string) ([]byte, error) {
	var card map[string]any
	if err := json.Unmarshal(file, &card); err != nil {
		return nil, err
	}
	if url != "" {
		card["url"] = url
	}
	// For the platform, not for callers.
	delete(card, "port")
	return json.Marshal(card)
}

func envOr(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
