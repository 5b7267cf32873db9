package policy

import (
	"slices"
	"strconv"
	"strings"
)

// A walk goes through a body along the table.
type walk struct {
	request *request
	denials []*denial
	// Where names that are not at the top may belong: engines before 28 take those of HostConfig there.
	also *node
}

// visit judges a value by the line of its place, and goes on into what is in it.
func (w *walk) visit(at *node, value any) {
	if value == nil {
		return
	}
	if at.line != nil {
		if found := at.line.denials(w.request, value, last(at.path)); len(found) > 0 {
			w.denials = append(w.denials, found...)
			return
		}
	}
	switch {
	case at.children != nil:
		w.fields(at, value)
	case at.element != nil:
		w.elements(at, value)
	}
}

func (w *walk) fields(at *node, value any) {
	members, isObject := value.(object)
	if !isObject {
		w.unreadable(at)
		return
	}
	seen := []string{}
	for _, one := range members {
		if slices.Contains(seen, one.folded) {
			w.denials = append(w.denials, deny(unreadable, strconv.Quote(one.name)+", which comes twice"))
			continue
		}
		seen = append(seen, one.folded)
		child := at.children[one.folded]
		if child == nil && at.path == "" && w.also != nil {
			child = w.also.children[one.folded]
		}
		if child == nil && one.value == nil {
			continue // the same as none, for engines that know it too
		}
		if child == nil {
			w.denials = append(w.denials, deny(unknownOption, strconv.Quote(one.name)))
			continue
		}
		w.visit(child, one.value)
	}
}

func (w *walk) elements(at *node, value any) {
	switch value := value.(type) {
	case object:
		if !at.isMap {
			w.unreadable(at)
			return
		}
		for _, one := range value {
			w.visit(at.element, one.value)
		}
	case list:
		if at.isMap {
			w.unreadable(at)
			return
		}
		for _, one := range value {
			w.visit(at.element, one)
		}
	default:
		w.unreadable(at)
	}
}

func (w *walk) unreadable(at *node) {
	w.denials = append(w.denials, deny(unreadable, last(at.path)+" is not of the kind that it has to be"))
}

// last is the name at the end of a path.
func last(path string) string {
	return strings.TrimRight(path[strings.LastIndex(path, ".")+1:], "[]{}")
}
