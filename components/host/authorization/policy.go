package main

import (
	"fmt"
	"log"
	"os"
	"path"

	"github.com/docker/go-plugins-helpers/authorization"
)

// policy answers the engine: may this request be carried out?
type policy struct {
	// More folders of which nothing may be mounted, e.g. the engine's data-root.
	protected []string
	// As os.Readlink; another one in tests.
	readlink func(string) (string, error)
	// Writes one line for each denial.
	log *log.Logger
}

func newPolicy(protected []string) *policy {
	p := &policy{readlink: os.Readlink, log: log.New(os.Stderr, "", 0)}
	for _, folder := range protected {
		p.protected = append(p.protected, path.Clean(folder))
	}
	return p
}

// AuthZReq judges a request before the engine acts on it. What goes wrong in here is a denial.
func (p *policy) AuthZReq(request authorization.Request) (response authorization.Response) {
	defer func() {
		if problem := recover(); problem != nil {
			p.log.Printf("denied %q %q: a defect of this plugin: %v", request.RequestMethod, loggedPath(&request), problem)
			response = authorization.Response{Msg: "a defect of the plugin; see its journal on the host"}
		}
	}()
	d := p.judgeRequest(&request)
	if d == nil {
		return authorization.Response{Allow: true}
	}
	p.log.Printf("denied %q %q: rule %s", request.RequestMethod, loggedPath(&request), d.rule.id)
	return authorization.Response{Msg: fmt.Sprintf("rule %s: %s: %s", d.rule.id, d.found, d.rule.why)}
}

// AuthZRes lets every answer pass: what may not be done was not done.
func (p *policy) AuthZRes(authorization.Request) authorization.Response {
	return authorization.Response{Allow: true}
}
