package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/docker/go-plugins-helpers/authorization"
)

// check asks a plugin as the engine would: one request that has to be allowed, and one that has to be denied.
func check(socket string) error {
	client := &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}},
	}
	var manifest struct{ Implements []string }
	if err := ask(client, "Plugin.Activate", nil, &manifest); err != nil {
		return err
	}
	if len(manifest.Implements) != 1 || manifest.Implements[0] != authorization.AuthZApiImplements {
		return fmt.Errorf("%s: it is no authorization plugin", socket)
	}
	for _, probe := range []struct {
		request authorization.Request
		allow   bool
	}{
		{authorization.Request{RequestMethod: "GET", RequestURI: "/_ping"}, true},
		{authorization.Request{RequestMethod: "POST", RequestURI: "/containers/create", RequestBody: []byte(`{"HostConfig":{"UsernsMode":"host"}}`)}, false},
	} {
		var response authorization.Response
		if err := ask(client, authorization.AuthZApiRequest, probe.request, &response); err != nil {
			return err
		}
		if response.Allow != probe.allow {
			return fmt.Errorf("%s: it answers %q to %s %s", socket, response.Msg, probe.request.RequestMethod, probe.request.RequestURI)
		}
	}
	return nil
}

func ask(client *http.Client, method string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	response, err := client.Post("http://plugin/"+method, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %s", method, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
