package policy

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// What the engines take, read from their sources by the program in surface/; with each, the engines that know it.
type surface struct {
	Routes map[string]string
	Query  map[string]map[string]string
	Bodies map[string]map[string]string
}

func readSurface(t *testing.T) surface {
	t.Helper()
	text, err := os.ReadFile("testdata/surface.json")
	if err != nil {
		t.Fatal(err)
	}
	var all surface
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Routes) < 120 || len(all.Query) < 60 || len(all.Bodies["POST /containers/create"]) < 160 {
		t.Fatal("testdata/surface.json is not whole")
	}
	return all
}

func named(name string) *route {
	for _, one := range table() {
		if one.name == name {
			build([]*route{one})
			return one
		}
	}
	return nil
}

// routeOf finds the line of a route; engines before 28 have those of /debug without that.
func routeOf(name string) *route {
	for _, old := range []string{"GET /pprof/", "GET /vars", "GET /debug/"} {
		if strings.HasPrefix(name, old) {
			return named("GET /debug/*")
		}
	}
	return named(name)
}

func TestEveryRouteHasALine(t *testing.T) {
	for name, engines := range readSurface(t).Routes {
		one := routeOf(name)
		if one == nil {
			t.Errorf("%s (engines %s): no line", name, engines)
			continue
		}
		if one.rule == nil && (len(one.lines) == 0 || one.lines[0].at != "" || one.lines[0].why == "") {
			t.Errorf("%s: allowed without a reason", name)
		}
	}
}

func TestEveryOptionHasALine(t *testing.T) {
	for name, given := range readSurface(t).Query {
		one := routeOf(name)
		if one == nil || one.rule != nil {
			continue
		}
		for option, engines := range given {
			if one.query[option] == nil {
				t.Errorf("%s?%s (engines %s): no line", name, option, engines)
			}
		}
	}
}

func TestEveryFieldHasALine(t *testing.T) {
	for name, fields := range readSurface(t).Bodies {
		one := named(name)
		if one == nil {
			t.Errorf("%s: no line", name)
			continue
		}
		for path, engines := range fields {
			if strings.HasPrefix(path, "ClusterVolumeSpec.") {
				continue // denied with what it is in
			}
			if !one.has(path) {
				t.Errorf("%s %s (engines %s): no line", name, path, engines)
			}
		}
	}
}

func (r *route) has(path string) bool {
	return slices.ContainsFunc(r.lines, func(one line) bool { return one.at == path })
}

// No line is allowed, or lets some values through, without a reason.
func TestEveryLineHasAReason(t *testing.T) {
	for _, one := range table() {
		seen := map[string]bool{}
		for _, l := range one.lines {
			if seen[l.at] {
				t.Errorf("%s %s: two lines", one.name, l.at)
			}
			seen[l.at] = true
			if l.why == "" && l.rule == nil {
				t.Errorf("%s %s: allowed without a reason", one.name, l.at)
			}
			if l.rule != nil && !slices.Contains(rules, l.rule) {
				t.Errorf("%s %s: a rule that is not in the list", one.name, l.at)
			}
		}
	}
}

// What no engine knows yet is denied.
func TestUnknownIsDenied(t *testing.T) {
	for request, expected := range map[string]string{
		"GET /new/thing": "unknown-request", "POST /containers/x/new": "unknown-request", "PUT /containers/x": "unknown-request",
		"HEAD /containers/json": "unknown-request", "POST /build?new=1": "unknown-option", "POST /containers/create?new=1": "unknown-option",
		"GET /containers/json?trunc_cmd=0": "", "POST /containers/create?Image=x": "",
	} {
		method, uri, _ := strings.Cut(request, " ")
		if got := verdict(somePolicy(), method, uri, "{}"); got != expected {
			t.Errorf("%s: rule %q, expected %q", request, got, expected)
		}
	}
	for _, one := range table() {
		if one.body == noBody || one.rule != nil {
			continue
		}
		method, uri, _ := strings.Cut(strings.ReplaceAll(one.name, "*", "x"), " ")
		if got := verdict(somePolicy(), method, uri, `{"NewThing":true}`); got != "unknown-option" {
			t.Errorf("%s with a new field: rule %q", one.name, got)
		}
	}
}
