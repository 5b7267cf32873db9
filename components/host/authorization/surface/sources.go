package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// sources are the modules of one engine, by their paths, and what was read of them.
type sources struct {
	folders  map[string]string
	packages map[string]*pack
}

// A pack is one package: its functions, also those of types, and its types.
type pack struct {
	path      string
	functions map[string]*ast.FuncDecl
	types     map[string]declared
}

type file struct {
	pack    *pack
	imports map[string]string
}

type declared struct {
	file       *file
	expression ast.Expr
}

// folder is where a package lies.
func (s *sources) folder(of string) (string, error) {
	for module, folder := range s.folders {
		if of == module || strings.HasPrefix(of, module+"/") {
			return filepath.Join(folder, strings.TrimPrefix(of, module)), nil
		}
	}
	return "", fmt.Errorf("no module has the package %q", of)
}

func (s *sources) pack(of string) (*pack, error) {
	if known := s.packages[of]; known != nil {
		return known, nil
	}
	folder, err := s.folder(of)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	p := &pack{of, map[string]*ast.FuncDecl{}, map[string]declared{}}
	for _, entry := range entries {
		name := entry.Name()
		// The engine of Linux is the one that matters.
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_windows.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.take(parsed)
	}
	s.packages[of] = p
	return p, nil
}

func (p *pack) take(parsed *ast.File) {
	in := &file{p, map[string]string{}}
	for _, one := range parsed.Imports {
		at, _ := strconv.Unquote(one.Path.Value)
		name := strings.TrimPrefix(at[strings.LastIndex(at, "/")+1:], "go-")
		if one.Name != nil {
			name = one.Name.Name
		}
		in.imports[name] = at
	}
	for _, declaration := range parsed.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			p.functions[declaration.Name.Name] = declaration
		case *ast.GenDecl:
			for _, spec := range declaration.Specs {
				if one, isType := spec.(*ast.TypeSpec); isType {
					p.types[one.Name.Name] = declared{in, one.Type}
				}
			}
		}
	}
}
