package main

import (
	"mime"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/docker/docker/api/types/versions"
	"github.com/docker/go-plugins-helpers/authorization"
)

// A call is a request as the engine's router sees it.
type call struct {
	method string
	// Decoded and clean, without the version before it.
	path    string
	version string
	query   url.Values
	body    []byte
}

// A judge says what is wrong with a call; nil lets it pass.
type judge func(*policy, *call) *denial

// routes holds all calls of the engine's API that change something, from 20.10 to 28, as the engine's router has them.
// A call that is not among them is denied; what only reads is allowed.
var routes = table(
	route("POST /containers/create", (*policy).create),
	route("POST /containers/*/exec", (*policy).exec),
	route("POST /containers/*/update", (*policy).update),
	route("POST /containers/*/start", (*policy).start),
	route("POST /volumes/create", (*policy).createVolume),
	route("POST /networks/*/connect", (*policy).connect),
	route("POST /build", (*policy).build),

	// Not HEAD, which tells of a path only that it is there: its answer could not say why it was denied.
	route("(GET|PUT) /containers/*/archive", refuse(archive)),
	route("(GET|HEAD|POST) /containers/*/checkpoints", refuse(checkpoints)),
	route("DELETE /containers/*/checkpoints/*", refuse(checkpoints)),
	route("POST /plugins/pull", refuse(plugins)),
	route("POST /plugins/create", refuse(plugins)),
	route("POST /plugins/*/enable", refuse(plugins)),
	route("POST /plugins/*/set", refuse(plugins)),
	route("POST /plugins/*/upgrade", refuse(plugins)),
	route("POST /swarm/init", refuse(swarm)),
	route("POST /swarm/join", refuse(swarm)),
	route("POST /swarm/unlock", refuse(swarm)),
	route("POST /swarm/update", refuse(swarm)),
	route("POST /services/create", refuse(swarm)),
	route("POST /services/*/update", refuse(swarm)),
	route("POST /nodes/*/update", refuse(swarm)),
	route("POST /configs/create", refuse(swarm)),
	route("POST /configs/*/update", refuse(swarm)),
	route("POST /secrets/create", refuse(swarm)),
	route("POST /secrets/*/update", refuse(swarm)),
	route("PUT /volumes/*", refuse(swarm)),

	// What is left gives a container nothing that its creation did not give it, or takes something away.
	route("POST /containers/*/(attach|kill|pause|rename|resize|restart|stop|unpause|wait)", allow),
	route("POST /(build|containers|images|networks|volumes)/prune", allow),
	route("POST /exec/*/(resize|start)", allow),
	route("POST /images/(create|load)", allow),
	route("POST /images/*/(push|tag)", allow),
	route("POST /networks/create", allow),
	route("POST /networks/*/disconnect", allow),
	route("POST /plugins/*/(disable|push)", allow),
	route("POST /(auth|build/cancel|commit|swarm/leave)", allow),
	// Builds by BuildKit; what they may ask for is in daemon.json, builder.Entitlements.
	route("POST /(grpc|session)", allow),
	route("DELETE /(configs|containers|images|networks|nodes|plugins|secrets|services|volumes)/*", allow),
	route("(GET|HEAD|OPTIONS) /*", allow),
)

type entry struct {
	pattern *regexp.Regexp
	judge   judge
}

func table(entries ...entry) []entry { return entries }

// route makes an entry; a star is what the engine's router has as {name:.*}.
func route(pattern string, j judge) entry {
	return entry{regexp.MustCompile("^" + strings.ReplaceAll(pattern, "*", ".*") + "$"), j}
}

func allow(*policy, *call) *denial { return nil }

func refuse(r rule) judge {
	return func(_ *policy, c *call) *denial { return deny(r, c.method+" "+c.path) }
}

var versioned = regexp.MustCompile(`^/v([0-9.]+)(/.*)$`)

// read takes a request apart as the engine does before it has asked this plugin.
func read(request *authorization.Request) (*call, *denial) {
	address, err := url.ParseRequestURI(request.RequestURI)
	if err != nil {
		return nil, deny(unknownRequest, "an address that is none")
	}
	query, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		return nil, deny(unknownRequest, "options that are none")
	}
	c := &call{method: request.RequestMethod, path: path.Clean("/" + address.Path), query: query, body: request.RequestBody}
	if match := versioned.FindStringSubmatch(c.path); match != nil {
		c.version, c.path = match[1], match[2]
	}
	return c, nil
}

// judgeRequest finds the call among the routes, and judges it by all that fit.
func (p *policy) judgeRequest(request *authorization.Request) *denial {
	c, d := read(request)
	if d != nil {
		return d
	}
	if c.version != "" && versions.LessThan(c.version, "1.24") {
		return deny(oldAPI, "version "+c.version)
	}
	if hasForm(request.RequestHeaders) {
		return deny(formBody, c.method+" "+c.path)
	}
	known := false
	for _, one := range routes {
		if !one.pattern.MatchString(c.method + " " + c.path) {
			continue
		}
		known = true
		if d := one.judge(p, c); d != nil {
			return d
		}
	}
	if !known {
		return deny(unknownRequest, c.method+" "+c.path)
	}
	return nil
}

// hasForm: whether the engine would take options from the body, before those in the address.
func hasForm(headers map[string]string) bool {
	for name, value := range headers {
		if !strings.EqualFold(name, "Content-Type") {
			continue
		}
		kind, _, err := mime.ParseMediaType(value)
		if err != nil || kind == "application/x-www-form-urlencoded" || strings.HasPrefix(kind, "multipart/") {
			return value != ""
		}
	}
	return false
}

func (p *policy) create(c *call) *denial {
	var request createRequest
	if d := decode(c.body, &request); d != nil {
		return d
	}
	if d := p.container(request.Inner); d != nil {
		return d
	}
	if request.HostConfig != nil {
		if d := p.container(&hostConfig{HostConfig: *request.HostConfig}); d != nil {
			return d
		}
	}
	if request.NetworkingConfig != nil {
		for name := range request.NetworkingConfig.EndpointsConfig {
			if name == "host" {
				return deny(hostNetwork, "the network host")
			}
		}
	}
	return nil
}

// container judges what a container may do; nil is a container with the engine's defaults.
func (p *policy) container(c *hostConfig) *denial {
	if c == nil {
		return nil
	}
	for _, one := range containerRules {
		if found := one.find(c); found != "" {
			return deny(one.rule, found)
		}
	}
	return p.mounts(c)
}

func (p *policy) exec(c *call) *denial {
	var request execRequest
	if d := decode(c.body, &request); d != nil {
		return d
	}
	if request.Privileged {
		return deny(privileged, "Privileged")
	}
	return nil
}

func (p *policy) update(c *call) *denial {
	var request updateRequest
	if d := decode(c.body, &request); d != nil {
		return d
	}
	if found := hostDevice(&request.Resources); found != "" {
		return deny(devices, found)
	}
	return nil
}

func (p *policy) start(c *call) *denial {
	if c.query.Has("checkpoint") || c.query.Has("checkpoint-dir") {
		return deny(checkpoints, "start from a checkpoint")
	}
	return nil
}

func (p *policy) createVolume(c *call) *denial {
	var request volumeRequest
	if d := decode(c.body, &request); d != nil {
		return d
	}
	if request.ClusterVolumeSpec != nil {
		return deny(swarm, "a volume of a swarm")
	}
	return p.volume(request.Driver, request.DriverOpts)
}

func (p *policy) connect(c *call) *denial {
	if c.path == "/networks/host/connect" {
		return deny(hostNetwork, "the network host")
	}
	return nil
}

func (p *policy) build(c *call) *denial {
	for _, mode := range c.query["networkmode"] {
		if mode == "host" {
			return deny(hostNetwork, "a build with networkmode host")
		}
	}
	return nil
}

// loggedPath is what the log says of a request: no options, which can hold a build's secrets.
func loggedPath(request *authorization.Request) string {
	const longest = 200
	where, _, _ := strings.Cut(request.RequestURI, "?")
	if len(where) > longest {
		where = where[:longest]
	}
	return where
}
