// An authorization plugin for the Docker Engine: it denies what would undo the host's isolation (CIS Docker 2.12).
//
//	portcullis-authorization serve [--exceptions FILE] [FOLDER…]
//	                                       answers on the socket that systemd hands over; FOLDERs are protected too
//	portcullis-authorization check SOCKET  asks a plugin that serves, as the engine would; fails where it answers wrong
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"

	"github.com/coreos/go-systemd/activation"

	"portcullis/authorization/policy"
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
	return errors.New("usage: serve [--exceptions FILE] [FOLDER…] | check SOCKET")
}

func serve(arguments []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	file := flags.String("exceptions", "", "what the settings except from the rules: a JSON list")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	exceptions, err := readExceptions(*file)
	if err != nil {
		return err
	}
	listeners, err := activation.Listeners()
	if err != nil {
		return err
	}
	if len(listeners) != 1 || listeners[0] == nil {
		return fmt.Errorf("expected one socket from systemd, got %d: start portcullis-authorization.socket", len(listeners))
	}
	// A request is judged in a tenth of a millisecond. More threads than one wake each other for it, which takes longer, and
	// they take the processor from the engine, which waits.
	runtime.GOMAXPROCS(1)
	return newHandler(policy.New(flags.Args(), exceptions)).Serve(listeners[0])
}

func readExceptions(name string) ([]policy.Exception, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	exceptions, err := policy.ReadExceptions(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; correct portcullis:engine.authorizationExceptions", name, err)
	}
	for _, one := range exceptions {
		fmt.Fprintf(os.Stderr, "exception: %s\n", one)
	}
	return exceptions, nil
}
