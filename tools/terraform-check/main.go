// terraform-check holds the Terraform files below a directory to what `terraform fmt` and, of `terraform validate`, all but
// the schemas of providers asks: they are formatted, every reference leads to something that is declared, and every call of
// a local module gives it what it needs and nothing that it does not know. With -write it formats them.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

type module struct {
	declared map[string]bool // var.x, local.x, module.x, data.type.x, type.x
	required map[string]bool // variables without a default
	used     map[string]bool
	bodies   []*hclsyntax.Body
}

var (
	problems []string
	write    = flag.Bool("write", false, "format the files")
	// Of module calls: what belongs to Terraform itself.
	metaArguments = map[string]bool{"source": true, "version": true, "count": true, "for_each": true, "providers": true, "depends_on": true}
	// Roots of references that nothing has to declare.
	known = map[string]bool{"each": true, "count": true, "path": true, "terraform": true, "self": true, "aws": true, "google": true}
)

func main() {
	flag.Parse()
	modules := map[string]*module{}
	for _, root := range flag.Args() {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			switch filepath.Ext(path) {
			case ".tf":
				return read(path, modules)
			case ".hcl", ".example":
				return format(path)
			}
			return nil
		})
		if err != nil {
			complain("%v", err)
		}
	}
	for directory, each := range modules {
		check(directory, each, modules)
	}
	sort.Strings(problems)
	for _, problem := range problems {
		fmt.Println(problem)
	}
	if len(problems) > 0 || len(modules) == 0 {
		os.Exit(1)
	}
}

func complain(text string, arguments ...any) { problems = append(problems, fmt.Sprintf(text, arguments...)) }

func format(path string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	formatted := hclwrite.Format(source)
	if bytes.Equal(formatted, source) {
		return nil
	}
	if *write {
		return os.WriteFile(path, formatted, 0o644)
	}
	complain("%s: is not formatted (terraform fmt)", path)
	return nil
}

func read(path string, modules map[string]*module) error {
	if err := format(path); err != nil {
		return err
	}
	file, diagnostics := hclparse.NewParser().ParseHCLFile(path)
	if diagnostics.HasErrors() {
		complain("%v", diagnostics)
		return nil
	}
	directory := filepath.Dir(path)
	if modules[directory] == nil {
		modules[directory] = &module{declared: map[string]bool{}, required: map[string]bool{}, used: map[string]bool{}}
	}
	each := modules[directory]
	body := file.Body.(*hclsyntax.Body)
	each.bodies = append(each.bodies, body)
	for _, block := range body.Blocks {
		declare(each, block)
	}
	return nil
}

func declare(each *module, block *hclsyntax.Block) {
	name := strings.Join(block.Labels, ".")
	switch block.Type {
	case "resource":
		declareOnce(each, name, block)
	case "data", "ephemeral", "module":
		declareOnce(each, block.Type+"."+name, block)
	case "variable":
		declareOnce(each, "var."+name, block)
		if block.Body.Attributes["type"] == nil || block.Body.Attributes["description"] == nil {
			complain("%v: variable %s needs a type and a description", block.DefRange(), name)
		}
		if block.Body.Attributes["default"] == nil {
			each.required[name] = true
		}
	case "locals":
		for local := range block.Body.Attributes {
			each.declared["local."+local] = true
		}
	}
}

func declareOnce(each *module, name string, block *hclsyntax.Block) {
	if each.declared[name] {
		complain("%v: %s is declared twice", block.DefRange(), name)
	}
	each.declared[name] = true
}

func check(directory string, each *module, modules map[string]*module) {
	for _, body := range each.bodies {
		checkReferences(each, body)
		for _, block := range body.Blocks {
			if block.Type == "module" {
				checkCall(directory, block, modules)
			}
		}
	}
	for name := range each.declared {
		if strings.HasPrefix(name, "var.") && !each.used[name] {
			complain("%s: nothing uses %s", directory, name)
		}
	}
}

func checkReferences(each *module, body *hclsyntax.Body) {
	iterators := map[string]bool{}
	_ = hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		if block, isBlock := node.(*hclsyntax.Block); isBlock && block.Type == "dynamic" {
			iterators[block.Labels[0]] = true
		}
		return nil
	})
	for _, block := range body.Blocks {
		for _, reference := range referencesOf(block.Body, map[string]bool{}) {
			name := nameOf(reference)
			root := reference.RootName()
			each.used[name] = true
			if !each.declared[name] && !known[root] && !iterators[root] {
				complain("%v: nothing declares %s", reference.SourceRange(), name)
			}
		}
	}
}

// referencesOf leaves out what names types, providers and what life-cycle rules name.
func referencesOf(body *hclsyntax.Body, without map[string]bool) []hcl.Traversal {
	var references []hcl.Traversal
	for name, attribute := range body.Attributes {
		if name != "type" && name != "ignore_changes" && name != "configuration_aliases" && !without[name] {
			references = append(references, attribute.Expr.Variables()...)
		} else if name == "type" && len(attribute.Expr.Variables()) > 0 && attribute.Expr.Variables()[0].RootName() == "var" {
			references = append(references, attribute.Expr.Variables()...)
		}
	}
	for _, block := range body.Blocks {
		references = append(references, referencesOf(block.Body, without)...)
	}
	return references
}

func nameOf(reference hcl.Traversal) string {
	depth := 2
	if root := reference.RootName(); root == "data" || root == "ephemeral" {
		depth = 3
	}
	parts := []string{reference.RootName()}
	for _, step := range reference[1:] {
		attribute, isAttribute := step.(hcl.TraverseAttr)
		if !isAttribute || len(parts) == depth {
			break
		}
		parts = append(parts, attribute.Name)
	}
	return strings.Join(parts, ".")
}

func checkCall(directory string, block *hclsyntax.Block, modules map[string]*module) {
	source, _ := block.Body.Attributes["source"].Expr.Value(nil)
	called := modules[filepath.Join(directory, source.AsString())]
	if called == nil {
		complain("%v: there is no module %s", block.DefRange(), source.AsString())
		return
	}
	for name := range block.Body.Attributes {
		if !metaArguments[name] && !called.declared["var."+name] {
			complain("%v: the module has no variable %s", block.DefRange(), name)
		}
	}
	for name := range called.required {
		if block.Body.Attributes[name] == nil {
			complain("%v: the module needs %s", block.DefRange(), name)
		}
	}
}
