package policy

import (
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/go-plugins-helpers/authorization"
)

// A request as the engine's router sees it.
type request struct {
	policy *Policy
	method string
	// Decoded and clean, without the version before it.
	path    string
	version string
	query   url.Values
	raw     []byte
	// What was read of the body; nil where there is none.
	body any
}

var versioned = regexp.MustCompile(`^/v([0-9.]+)(/.*)$`)

// read takes a request apart as the engine does before it has asked this plugin.
func (p *Policy) read(from *authorization.Request) (*request, *denial) {
	address, err := url.ParseRequestURI(from.RequestURI)
	if err != nil {
		return nil, deny(unknownRequest, "an address that is none")
	}
	query, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		return nil, deny(unknownRequest, "options that are none")
	}
	r := &request{policy: p, method: from.RequestMethod, path: path.Clean("/" + address.Path), query: query, raw: from.RequestBody}
	if match := versioned.FindStringSubmatch(r.path); match != nil {
		r.version, r.path = match[1], match[2]
	}
	return r, nil
}

// judge finds a call among the routes, and judges it by all that fit.
func (p *Policy) judge(from *authorization.Request) *denial {
	r, d := p.read(from)
	if d != nil {
		return d
	}
	if r.version != "" && isBefore(r.version, 1, 24) {
		return deny(oldAPI, "version "+r.version)
	}
	if hasForm(from.RequestHeaders) {
		return deny(formBody, r.method+" "+r.path)
	}
	fitting := find(routes, r.method+" "+r.path)
	if len(fitting) == 0 {
		return deny(unknownRequest, r.method+" "+r.path)
	}
	denials := []*denial{}
	for _, one := range fitting {
		denials = append(denials, one.denials(r)...)
	}
	// What cannot be read says more than what was read of it; what is denied as a whole says more than its options.
	slices.SortStableFunc(denials, func(a, b *denial) int { return a.rank() - b.rank() })
	return p.unexcepted(r, denials)
}

// isBefore compares versions as the engine does, part by part; a part that is no number counts as 0.
func isBefore(version string, major, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	one, _ := strconv.Atoi(first)
	two, _ := strconv.Atoi(second)
	return one < major || one == major && two < minor
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

// denials are all that is wrong with a request by one route; the settings may except some, so none may hide another.
func (t *route) denials(r *request) []*denial {
	if t.rule != nil {
		return []*denial{deny(t.rule, r.method+" "+r.path)}
	}
	found := t.options(r)
	if t.body == noBody || len(r.raw) == 0 && t.body == mayHaveBody {
		return found
	}
	body, err := parse(r.raw)
	if err != nil {
		// Not the decoder's own words: they can hold a value.
		return append(found, deny(unreadable, "a body that is missing, too large, no JSON, or has one name twice"))
	}
	if _, isObject := body.(object); !isObject && body != nil {
		return append(found, deny(unreadable, "a body that is no object"))
	}
	r.body = body
	w := walk{request: r, denials: found}
	if t.also != "" {
		w.also = t.root.children[fold(t.also)]
	}
	w.visit(t.root, body)
	return w.denials
}

// options judges what a request has in its address. One that is not known is denied where something is changed.
func (t *route) options(r *request) []*denial {
	found := []*denial{}
	for name, values := range r.query {
		known := t.query[name]
		if known == nil {
			if r.method != "GET" && r.method != "HEAD" && r.method != "OPTIONS" && !t.isField(name) {
				found = append(found, deny(unknownOption, "the option "+strconv.Quote(name)))
			}
			continue
		}
		for _, value := range values {
			found = append(found, known.denials(r, value, name)...)
		}
	}
	return found
}

// isField: whether a name is one of the body's. Some clients (dockerode) put these into the address too; no engine looks there.
func (t *route) isField(name string) bool {
	return t.root.children[fold(name)] != nil
}

// denials judges one value.
func (l *line) denials(r *request, value any, name string) []*denial {
	if l.rule == nil {
		return nil
	}
	if l.judge == nil {
		if isEmpty(value) {
			return nil
		}
		return []*denial{deny(l.rule, name)}
	}
	denials := []*denial{}
	for _, one := range l.judge(r, value) {
		if one.rule == nil {
			one.rule = l.rule
		}
		denials = append(denials, deny(one.rule, one.what))
	}
	return denials
}

// loggedPath is what the log says of a request: no options, which can hold a build's secrets.
func loggedPath(of *authorization.Request) string {
	const longest = 200
	where, _, _ := strings.Cut(of.RequestURI, "?")
	if len(where) > longest {
		where = where[:longest]
	}
	return where
}
