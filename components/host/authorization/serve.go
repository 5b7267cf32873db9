package main

import (
	"io"
	"net/http"

	"github.com/docker/go-plugins-helpers/authorization"
	"github.com/docker/go-plugins-helpers/sdk"

	"portcullis/authorization/policy"
)

// newHandler answers the engine. The helpers' own handler reads each answer of the engine again, whole and from base64,
// before it lets it pass: that costs as much as the judgement. Here it is not read at all.
func newHandler(p *policy.Policy) sdk.Handler {
	h := sdk.NewHandler(`{"Implements": ["` + authorization.AuthZApiImplements + `"]}`)
	h.HandleFunc("/"+authorization.AuthZApiRequest, func(w http.ResponseWriter, r *http.Request) {
		var request authorization.Request
		if sdk.DecodeRequest(w, r, &request) != nil {
			return // it has been answered with an error, which denies
		}
		sdk.EncodeResponse(w, p.AuthZReq(request), false)
	})
	h.HandleFunc("/"+authorization.AuthZApiResponse, func(w http.ResponseWriter, r *http.Request) {
		// To its end, so that the engine can use the connection again.
		_, _ = io.Copy(io.Discard, r.Body)
		sdk.EncodeResponse(w, authorization.Response{Allow: true}, false)
	})
	return h
}
