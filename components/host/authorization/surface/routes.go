package main

import (
	"errors"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	newRoute = regexp.MustCompile(`^New(Get|Post|Put|Delete|Head|Options)Route$`)
	// What stands for a part of a path in the engine's router.
	variable = regexp.MustCompile(`\{[^}]*\}`)
)

// routes finds all routes of the engine's routers, and the options that their handlers read from the address.
func (s *sources) routes(routers string) (map[string]map[string]bool, error) {
	folder, err := s.folder(routers)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	found := map[string]map[string]bool{}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		p, err := s.pack(routers + "/" + entry.Name())
		if err != nil {
			return nil, err
		}
		p.routes(found)
	}
	if len(found) == 0 {
		return nil, errors.New("no routes in " + filepath.Join(folder))
	}
	return found, nil
}

func (p *pack) routes(found map[string]map[string]bool) {
	for _, function := range p.functions {
		ast.Inspect(function, func(node ast.Node) bool {
			call, isCall := node.(*ast.CallExpr)
			if !isCall || len(call.Args) < 2 {
				return true
			}
			match := newRoute.FindStringSubmatch(called(call))
			path, isText := text(call.Args[0])
			if match == nil || !isText {
				return true
			}
			route := strings.ToUpper(match[1]) + " " + variable.ReplaceAllString(path, "*")
			if found[route] == nil {
				found[route] = map[string]bool{}
			}
			p.options(last(call.Args[1]), found[route], nil)
			return true
		})
	}
}

// Calls that read an option: r.Form.Get, r.FormValue, r.Form.Has, r.URL.Query().Get, and those of the engine's httputils.
var readers = []string{"Get", "Has", "FormValue", "parseBytesFromFormValue"}

// options collects what a function, and those of its package that it calls, read from the address.
func (p *pack) options(name string, into map[string]bool, seen []string) {
	function := p.functions[name]
	if function == nil || slices.Contains(seen, name) {
		return
	}
	seen = append(seen, name)
	ast.Inspect(function, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IndexExpr:
			if option, isText := text(node.Index); isText && last(node.X) == "Form" {
				into[option] = true
			}
		case *ast.CallExpr:
			p.readOption(node, into)
			p.options(called(node), into, seen)
		}
		return true
	})
}

func (p *pack) readOption(call *ast.CallExpr, into map[string]bool) {
	selector, isSelector := call.Fun.(*ast.SelectorExpr)
	name := called(call)
	if name == "ArchiveFormValues" {
		into["path"] = true
	}
	for _, argument := range call.Args {
		option, isText := text(argument)
		switch {
		case !isText, strings.HasPrefix(option, "X-"):
		case isSelector && last(selector.X) == "httputils":
			into[option] = true
		case slices.Contains(readers, name) && (!isSelector || last(selector.X) != "Header"):
			into[option] = true
		}
	}
}

// called is the name of the function of a call, without what is before it.
func called(call *ast.CallExpr) string { return last(call.Fun) }

func last(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name
	case *ast.SelectorExpr:
		return of.Sel.Name
	case *ast.CallExpr:
		return last(of.Fun)
	}
	return ""
}

func text(of ast.Expr) (string, bool) {
	literal, isLiteral := of.(*ast.BasicLit)
	if !isLiteral {
		return "", false
	}
	value, err := strconv.Unquote(literal.Value)
	return value, err == nil && value != ""
}
