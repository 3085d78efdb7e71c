package main

import (
	"crypto/subtle"
	"net/http"
)

// fromGateway lets requests of the platform pass, and no others: the gateway and the service registry know this agent's
// secret, and the other agents on its network do not. Without a secret there is no platform, and everybody may call.
func fromGateway(secret string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		given := request.Header.Get("X-Nasiko-Gateway-Secret")
		if secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(secret)) != 1 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"message":"this agent answers the gateway alone"}`))
			return
		}
		next.ServeHTTP(w, request)
	})
}
