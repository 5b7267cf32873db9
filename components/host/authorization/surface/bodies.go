package main

import (
	"fmt"
	"go/ast"
	"reflect"
	"slices"
	"strings"
)

// A body is what a route reads from its body: a type under each part, by one of the names that it has had.
type body struct {
	route string
	parts map[string][]string
}

// bodies are those of the routes that are not denied as a whole.
var bodies = []body{
	{"POST /containers/create", map[string][]string{
		"": {"container.Config"}, "HostConfig": {"container.HostConfig"}, "NetworkingConfig": {"network.NetworkingConfig"},
	}},
	{"POST /containers/*/exec", map[string][]string{"": {"container.ExecCreateRequest", "container.ExecOptions", ".ExecConfig"}}},
	{"POST /exec/*/start", map[string][]string{"": {".ExecStartCheck", "container.ExecStartRequest", "container.ExecStartOptions"}}},
	{"POST /containers/*/update", map[string][]string{"": {"container.UpdateConfig"}}},
	{"POST /commit", map[string][]string{"": {"container.Config"}}},
	{"POST /volumes/create", map[string][]string{"": {"volume.CreateRequest", "volume.CreateOptions", "volume.VolumeCreateBody"}}},
	{"POST /networks/create", map[string][]string{"": {"network.CreateRequest", ".NetworkCreateRequest"}}},
	{"POST /networks/*/connect", map[string][]string{"": {"network.ConnectRequest", "network.ConnectOptions", ".NetworkConnect"}}},
	{"POST /networks/*/disconnect", map[string][]string{"": {"network.DisconnectRequest", "network.DisconnectOptions", ".NetworkDisconnect"}}},
	{"POST /auth", map[string][]string{"": {"registry.AuthConfig", ".AuthConfig"}}},
}

// Types of the standard library and others that are one JSON value.
var leaves = strings.Fields("Addr Prefix FileMode Duration Time Month HardwareAddr RawMessage Digest Platform StrSlice MediaType AddrPort")

// fields lists all fields of a body by their paths; a list is [], a map with names of the user's own is {}.
func (s *sources) fields(types string, of body) (map[string]bool, error) {
	found := map[string]bool{}
	for part, names := range of.parts {
		at, name, err := s.first(types, names)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of.route, err)
		}
		if part != "" {
			found[part] = true
		}
		if err := s.walk(at, ast.NewIdent(name), part, found, nil); err != nil {
			return nil, fmt.Errorf("%s: %w", of.route, err)
		}
	}
	return found, nil
}

func (s *sources) first(types string, names []string) (*file, string, error) {
	for _, one := range names {
		folder, name, _ := strings.Cut(one, ".")
		p, err := s.pack(strings.TrimSuffix(types+"/"+folder, "/"))
		if err != nil {
			continue
		}
		if declared, isThere := p.types[name]; isThere {
			return declared.file, name, nil
		}
	}
	return nil, "", fmt.Errorf("none of the types %v is there", names)
}

// walk follows a type as the decoder of encoding/json would.
func (s *sources) walk(at *file, of ast.Expr, path string, found map[string]bool, seen []string) error {
	switch of := of.(type) {
	case *ast.StarExpr:
		return s.walk(at, of.X, path, found, seen)
	case *ast.ArrayType:
		return s.walk(at, of.Elt, path+"[]", found, seen)
	case *ast.MapType:
		return s.walk(at, of.Value, path+"{}", found, seen)
	case *ast.StructType:
		return s.walkStruct(at, of, path, found, seen)
	case *ast.IndexExpr:
		return s.walk(at, of.X, path, found, seen)
	case *ast.Ident:
		declared, isThere := at.pack.types[of.Name]
		if !isThere || slices.Contains(leaves, of.Name) {
			return nil
		}
		key := at.pack.path + "." + of.Name
		if slices.Contains(seen, key) {
			return nil
		}
		return s.walk(declared.file, declared.expression, path, found, append(slices.Clone(seen), key))
	case *ast.SelectorExpr:
		if slices.Contains(leaves, of.Sel.Name) {
			return nil
		}
		p, err := s.pack(at.imports[last(of.X)])
		if err != nil {
			return fmt.Errorf("%s (%s.%s): %w", path, last(of.X), of.Sel.Name, err)
		}
		declared, isThere := p.types[of.Sel.Name]
		if !isThere {
			return fmt.Errorf("%s: no type %s.%s", path, p.path, of.Sel.Name)
		}
		return s.walk(declared.file, ast.NewIdent(of.Sel.Name), path, found, seen)
	}
	return nil
}

func (s *sources) walkStruct(at *file, of *ast.StructType, path string, found map[string]bool, seen []string) error {
	for _, field := range of.Fields.List {
		tag := ""
		if value, isText := textOf(field.Tag); isText {
			tag, _, _ = strings.Cut(reflect.StructTag(value).Get("json"), ",")
		}
		if tag == "-" {
			continue
		}
		if len(field.Names) == 0 && tag == "" {
			if err := s.walk(at, field.Type, path, found, seen); err != nil {
				return err
			}
			continue
		}
		names := []string{tag}
		if tag == "" {
			names = nil
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
		for _, name := range names {
			if !ast.IsExported(name) && tag == "" {
				continue
			}
			below := strings.TrimPrefix(path+"."+name, ".")
			found[below] = true
			if err := s.walk(at, field.Type, below, found, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

func textOf(literal *ast.BasicLit) (string, bool) {
	if literal == nil {
		return "", false
	}
	return text(literal)
}
