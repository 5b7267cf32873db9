// Package policy judges requests to the Docker Engine: it denies what would undo the host's isolation.
package policy

import (
	"fmt"
	"log"
	"os"
	"path"
	"time"

	"github.com/docker/go-plugins-helpers/authorization"
)

// Policy answers the engine: may this request be carried out?
type Policy struct {
	// More folders of which nothing may be mounted, e.g. the engine's data-root.
	protected  []string
	exceptions []Exception
	// As those of the package os; others in tests.
	readlink func(string) (string, error)
	readFile func(string) ([]byte, error)
	now      func() time.Time
	// Writes one line for each denial, and for each request that was let through by an exception.
	log *log.Logger
}

// New makes a policy. Of the folders, whatever lies in them, nothing may be mounted.
func New(protected []string, exceptions []Exception) *Policy {
	p := &Policy{
		exceptions: exceptions, readlink: os.Readlink, readFile: os.ReadFile, now: time.Now, log: log.New(os.Stderr, "", 0),
	}
	for _, folder := range protected {
		p.protected = append(p.protected, path.Clean(folder))
	}
	return p
}

// AuthZReq judges a request before the engine acts on it. What goes wrong in here is a denial.
func (p *Policy) AuthZReq(request authorization.Request) (response authorization.Response) {
	defer func() {
		if problem := recover(); problem != nil {
			p.log.Printf("denied %q %q: a defect of this plugin: %v", request.RequestMethod, loggedPath(&request), problem)
			response = authorization.Response{Msg: "a defect of the plugin; see its journal on the host"}
		}
	}()
	d := p.judge(&request)
	if d == nil {
		return authorization.Response{Allow: true}
	}
	p.log.Printf("denied %q %q: rule %s", request.RequestMethod, loggedPath(&request), d.rule.id)
	return authorization.Response{Msg: fmt.Sprintf("rule %s: %s: %s", d.rule.id, d.found, d.rule.why)}
}
