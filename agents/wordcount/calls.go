package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// call is a JSON-RPC request as it came.
type call struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

type reply struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *callError      `json:"error,omitempty"`
}

type callError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Codes of JSON-RPC, and of A2A from -32001 on.
const (
	parseError     = -32700
	invalidRequest = -32600
	methodNotFound = -32601
	invalidParams  = -32602
	taskNotFound   = -32001
)

type part struct {
	Kind string `json:"kind"`
	Text string `json:"text,omitempty"`
}

type message struct {
	Kind      string `json:"kind"`
	MessageID string `json:"messageId"`
	ContextID string `json:"contextId,omitempty"`
	Role      string `json:"role"`
	Parts     []part `json:"parts"`
}

func serveCalls(w http.ResponseWriter, request *http.Request) {
	var asked call
	if err := json.NewDecoder(request.Body).Decode(&asked); err != nil {
		send(w, reply{Error: &callError{parseError, "the body is no JSON"}})
		return
	}
	if asked.Version != "2.0" || asked.Method == "" {
		send(w, reply{ID: asked.ID, Error: &callError{invalidRequest, "the body is no call of JSON-RPC 2.0"}})
		return
	}
	switch asked.Method {
	case "message/send":
		answer, problem := answerTo(asked.Params)
		send(w, replyWith(asked.ID, answer, problem))
	case "message/stream":
		answer, problem := answerTo(asked.Params)
		stream(w, replyWith(asked.ID, answer, problem))
	case "tasks/get", "tasks/cancel", "tasks/resubscribe":
		// It answers each message with one message, so no task ever exists.
		send(w, reply{ID: asked.ID, Error: &callError{taskNotFound, "there is no such task"}})
	default:
		send(w, reply{ID: asked.ID, Error: &callError{methodNotFound, "there is no method " + asked.Method}})
	}
}

// answerTo counts what the message holds.
func answerTo(params json.RawMessage) (*message, *callError) {
	var given struct {
		Message *message `json:"message"`
	}
	if err := json.Unmarshal(params, &given); err != nil || given.Message == nil || len(given.Message.Parts) == 0 {
		return nil, &callError{invalidParams, "the call has no message with parts"}
	}
	var texts []string
	for _, part := range given.Message.Parts {
		if part.Kind == "text" {
			texts = append(texts, part.Text)
		}
	}
	contextID := given.Message.ContextID
	if contextID == "" {
		contextID = rand.Text()
	}
	return &message{
		Kind:      "message",
		MessageID: rand.Text(),
		ContextID: contextID,
		Role:      "agent",
		Parts:     []part{{Kind: "text", Text: count(strings.Join(texts, "\n"))}},
	}, nil
}

func count(text string) string {
	lines := 0
	if text != "" {
		lines = strings.Count(strings.TrimSuffix(text, "\n"), "\n") + 1
	}
	return fmt.Sprintf("%s, %s, %s", many(utf8.RuneCountInString(text), "character"), many(len(strings.Fields(text)), "word"), many(lines, "line"))
}

func many(number int, what string) string {
	if number == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", number, what)
}

func replyWith(id json.RawMessage, answer *message, problem *callError) reply {
	if problem != nil {
		return reply{ID: id, Error: problem}
	}
	return reply{ID: id, Result: answer}
}

func send(w http.ResponseWriter, answer reply) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(encode(answer))
}

// stream sends the answer as the only event of a stream.
func stream(w http.ResponseWriter, answer reply) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = fmt.Fprintf(w, "data: %s\n\n", encode(answer))
}

func encode(answer reply) []byte {
	answer.Version = "2.0"
	if answer.ID == nil {
		answer.ID = json.RawMessage("null")
	}
	// Nothing in a reply can fail to become JSON: its raw parts came as JSON.
	text, _ := json.Marshal(answer)
	return text
}
