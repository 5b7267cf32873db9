// Reads from the engine's own sources what its API takes: each route, each option in an address, each field of a body.
//
//	go run ./surface >policy/testdata/surface.json
//
// The table of the package policy has to have a line for each of them; a test compares the two.
package main

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// An engine is a release whose sources are read.
type engine struct {
	name string
	// Its module, and where in it the routers and the API's types are.
	module, routers string
	// The module of the API's types, where that is one of its own.
	api string
}

// engines are those that Debian has, what lies between, and the newest that is served.
var engines = []engine{
	{"20.10", "github.com/docker/docker@v20.10.24+incompatible", "api/server/router", ""},
	{"23.0", "github.com/docker/docker@v23.0.15+incompatible", "api/server/router", ""},
	{"24.0", "github.com/docker/docker@v24.0.9+incompatible", "api/server/router", ""},
	{"25.0", "github.com/docker/docker@v25.0.6+incompatible", "api/server/router", ""},
	{"26.1", "github.com/docker/docker@v26.1.5+incompatible", "api/server/router", ""},
	{"27.5", "github.com/docker/docker@v27.5.1+incompatible", "api/server/router", ""},
	{"28.5", "github.com/docker/docker@v28.5.2+incompatible", "api/server/router", ""},
	{"29", "github.com/moby/moby/v2@v2.0.0-beta.24", "daemon/server/router", "github.com/moby/moby/api@v1.56.0"},
}

// others are modules that the API's types use; those types have not changed for years.
var others = []string{
	"github.com/docker/go-connections@v0.5.0", "github.com/docker/go-units@v0.5.0", "github.com/moby/docker-image-spec@v1.3.1", "github.com/opencontainers/image-spec@v1.1.0",
}

// A surface is what the engines take: the names of the engines that know a thing, by its name.
type surface struct {
	Routes known            `json:"routes"`
	Query  map[string]known `json:"query"`
	Bodies map[string]known `json:"bodies"`
}

type known map[string]string

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "surface: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	all := surface{known{}, map[string]known{}, map[string]known{}}
	shared := map[string]string{}
	for _, one := range others {
		if err := fetch(shared, one); err != nil {
			return err
		}
	}
	for _, one := range engines {
		if err := all.read(one, shared); err != nil {
			return fmt.Errorf("engine %s: %w", one.name, err)
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(all)
}

// fetch takes a module from Go's module proxy; folders gets its path and where it lies.
func fetch(folders map[string]string, module string) error {
	command := exec.Command(filepath.Join(build.Default.GOROOT, "bin/go"), "mod", "download", "-json", module)
	command.Dir = os.TempDir()
	output, err := command.Output()
	var found struct{ Dir, Error string }
	if parseErr := json.Unmarshal(output, &found); parseErr != nil || found.Dir == "" {
		return fmt.Errorf("%s cannot be had from the module proxy: %v %s", module, err, found.Error)
	}
	name, _, _ := strings.Cut(module, "@")
	folders[name] = found.Dir
	return nil
}

func (s *surface) read(one engine, shared map[string]string) error {
	source := &sources{folders: map[string]string{}, packages: map[string]*pack{}}
	for name, folder := range shared {
		source.folders[name] = folder
	}
	for _, module := range []string{one.module, one.api} {
		if module == "" {
			continue
		}
		if err := fetch(source.folders, module); err != nil {
			return err
		}
	}
	module, _, _ := strings.Cut(one.module, "@")
	routes, err := source.routes(module + "/" + one.routers)
	if err != nil {
		return err
	}
	for route, options := range routes {
		s.Routes.add(route, one.name)
		for option := range options {
			add(s.Query, route, option, one.name)
		}
	}
	types := module + "/api/types"
	if one.api != "" {
		types = "github.com/moby/moby/api/types"
	}
	for _, body := range bodies {
		fields, err := source.fields(types, body)
		if err != nil {
			return err
		}
		for field := range fields {
			add(s.Bodies, body.route, field, one.name)
		}
	}
	return nil
}

func add(to map[string]known, route, name, engine string) {
	if to[route] == nil {
		to[route] = known{}
	}
	to[route].add(name, engine)
}

func (k known) add(name, engine string) {
	if !slices.Contains(strings.Fields(k[name]), engine) {
		k[name] = strings.TrimSpace(k[name] + " " + engine)
	}
}
