package main

import (
	"net"
	"path/filepath"
	"testing"

	"portcullis/authorization/policy"
)

// What the engine asks is answered, as check asks it; one that allows everything is found out.
func TestServe(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "plugin.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() { _ = newHandler(policy.New(nil, nil)).Serve(listener) }()
	if err := check(socket); err != nil {
		t.Error(err)
	}
	if err := check(socket + ".none"); err == nil {
		t.Error("a socket that is not there passes")
	}
}
