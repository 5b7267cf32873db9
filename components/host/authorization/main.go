// An authorization plugin for the Docker Engine: it denies what would undo the host's isolation (CIS Docker 2.12).
//
//	portcullis-authorization serve [FOLDER…]   answers on the socket that systemd hands over; FOLDERs are protected too
//	portcullis-authorization check SOCKET      asks a plugin that serves, as the engine would; fails where it answers wrong
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/coreos/go-systemd/activation"
	"github.com/docker/go-plugins-helpers/authorization"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "portcullis-authorization: %v\n", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) >= 1 && arguments[0] == "serve":
		return serve(arguments[1:])
	case len(arguments) == 2 && arguments[0] == "check":
		return check(arguments[1])
	}
	return errors.New("usage: serve [FOLDER…] | check SOCKET")
}

func serve(protected []string) error {
	listeners, err := activation.Listeners()
	if err != nil {
		return err
	}
	if len(listeners) != 1 || listeners[0] == nil {
		return fmt.Errorf("expected one socket from systemd, got %d: start portcullis-authorization.socket", len(listeners))
	}
	return authorization.NewHandler(newPolicy(protected)).Serve(listeners[0])
}
