package policy

import (
	"regexp"
	"slices"
	"strings"
)

// A line of the table says of one route, of one option in its address, or of one field of its body what becomes of it.
type line struct {
	// The path of a field: a list is [], a map with names of the user's own is {}. An option begins with a question mark.
	// Empty for the route itself.
	at string
	// What denies it, always or as the judge finds; nil where it is allowed.
	rule *rule
	// Finds what is wrong with a value; without one, any value but an empty one is denied.
	judge judge
	// Why it is allowed; where it is denied, the rule tells.
	why string
	// Values that are denied, as JSON, or as text for an option; the tests send each.
	denied []string
}

// A judge says what is wrong with a value, or nothing.
type judge func(*request, any) []finding

// A finding is what a judge found, by the rule of its line where it names no other.
type finding struct {
	rule *rule
	what string
}

// A route is one of the engine's, as its router has it: a star is what is {name:.*} there.
type route struct {
	name  string
	rule  *rule
	why   string
	body  bodyKind
	lines []line
	// Where the engine's decoder looks for a name that is not there at the top.
	also    string
	pattern *regexp.Regexp
	root    *node
	query   map[string]*line
}

type bodyKind int

const (
	// The engine reads none, or one that is no JSON.
	noBody bodyKind = iota
	// Without one the engine does nothing; without one in sight it cannot be judged.
	needsBody
	// All of its fields are allowed, so that none in sight is as good as an empty one.
	mayHaveBody
)

// A node is a place in a body.
type node struct {
	line     *line
	children map[string]*node
	// The elements of a list, or the values of a map.
	element *node
	isMap   bool
	path    string
}

func (n *node) child(name string) *node {
	if n.children == nil {
		n.children = map[string]*node{}
	}
	folded := fold(name)
	if n.children[folded] == nil {
		n.children[folded] = &node{path: strings.TrimPrefix(n.path+"."+name, ".")}
	}
	return n.children[folded]
}

func (n *node) elements(isMap bool) *node {
	if n.element == nil {
		mark := "[]"
		if isMap {
			mark = "{}"
		}
		n.element = &node{path: n.path + mark}
	}
	n.isMap = isMap
	return n.element
}

// reach makes the nodes on the way to a path, e.g. HostConfig.Mounts[].Source.
func (n *node) reach(path string) *node {
	for _, part := range strings.Split(path, ".") {
		name := strings.TrimRight(part, "[]{}")
		if name != "" {
			n = n.child(name)
		}
		for marks := part[len(name):]; marks != ""; marks = marks[2:] {
			n = n.elements(strings.HasPrefix(marks, "{}"))
		}
	}
	return n
}

// build makes the routes ready to be looked up.
func build(table []*route) map[string][]*route {
	byPlace := map[string][]*route{}
	for _, one := range table {
		one.pattern = regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(one.name), `\*`, ".*") + "$")
		one.root = &node{}
		one.query = map[string]*line{}
		for at := range one.lines {
			l := &one.lines[at]
			if name, isOption := strings.CutPrefix(l.at, "?"); isOption {
				one.query[name] = l
				continue
			}
			one.root.reach(l.at).line = l
		}
		place := place(one.name)
		byPlace[place] = append(byPlace[place], one)
	}
	return byPlace
}

// place is the method and the first part of a path, by which routes are found.
func place(name string) string {
	method, path, _ := strings.Cut(name, " /")
	first, _, _ := strings.Cut(path, "/")
	return method + " /" + first
}

// find gives all routes that a call fits.
func find(routes map[string][]*route, name string) []*route {
	found := []*route{}
	for _, one := range slices.Concat(routes[place(name)], routes["OPTIONS /*"]) {
		if one.pattern.MatchString(name) {
			found = append(found, one)
		}
	}
	return found
}

// below puts lines under a part of a body.
func below(part string, lines []line) []line {
	moved := []line{}
	for _, one := range lines {
		one.at = part + "." + one.at
		moved = append(moved, one)
	}
	return moved
}

func allowed(why string, names string) []line {
	lines := []line{}
	for _, name := range strings.Fields(names) {
		lines = append(lines, line{at: name, why: why})
	}
	return lines
}
