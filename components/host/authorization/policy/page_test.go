package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const page = "../../../../docs/authorization-table.md"

const pageHead = `# What the authorization plugin lets through, line by line

Every request, every option in an address and every field of a body that the engines from 20.10 to 29 take (API 1.24 to 1.56), as
their sources have them. What is not here is denied: by ` + "`unknown-request`" + ` or ` + "`unknown-option`" + `. The rules are explained in
[authorization.md](authorization.md). A list is ` + "`[]`" + `, a map with names of one's own is ` + "`{}`" + `.

In the column _tests_ is how many requests with it are sent to real engines, which carry them out, or refuse them for a reason of
their own that is written down, without the plugin, and each of which is refused with it. This page is made from the plugin's
source: ` + "`go test ./policy -update`" + ` in ` + "`components/host/authorization`" + `.
`

// The page has the whole table: a line for a route, and below it what is judged in it.
func TestPage(t *testing.T) {
	known := readSurface(t)
	counts := map[string]int{}
	for _, one := range samples(t) {
		counts[one.Line]++
	}
	var text strings.Builder
	text.WriteString(pageHead)
	rows := [][]string{{"request", "", "why", "engines", "tests"}}
	for _, one := range sorted() {
		rows = append(rows, one.row(known.Routes[one.name], counts))
	}
	writeTable(&text, "Requests", rows)
	for _, one := range sorted() {
		rows := [][]string{{"option or field", "", "why", "engines", "tests"}}
		for _, l := range one.lines {
			if l.at == "" || l.why == "as the route" {
				continue
			}
			engines := known.Bodies[one.name][l.at]
			if name, isOption := strings.CutPrefix(l.at, "?"); isOption {
				engines = known.Query[one.name][name]
			}
			rows = append(rows, l.row("`"+l.at+"`", engines, counts[one.name+" "+l.at]))
		}
		if len(rows) > 1 {
			writeTable(&text, "`"+one.name+"`", rows)
		}
	}
	compare(t, page, text.String())
}

func sorted() []*route {
	all := table()
	slices.SortFunc(all, func(a, b *route) int {
		_, one, _ := strings.Cut(a.name, " ")
		_, two, _ := strings.Cut(b.name, " ")
		return strings.Compare(one+a.name, two+b.name)
	})
	return all
}

func (r *route) row(engines string, counts map[string]int) []string {
	if r.rule != nil {
		return (&line{rule: r.rule}).row("`"+r.name+"`", engines, counts[r.name])
	}
	first := r.lines[0]
	options := []string{}
	for _, l := range r.lines {
		if l.why == "as the route" {
			options = append(options, strings.TrimPrefix(l.at, "?"))
		}
	}
	if len(options) > 0 {
		first.why += " (options: " + strings.Join(options, ", ") + ")"
	}
	return first.row("`"+r.name+"`", engines, counts[r.name])
}

func (l *line) row(name, engines string, tests int) []string {
	verdict, why := "allowed", l.why
	switch {
	case l.rule != nil && l.judge != nil && l.why != "":
		verdict, why = "judged: `"+l.rule.id+"`", "let through: "+l.why
	case l.rule != nil:
		verdict, why = "denied: `"+l.rule.id+"`", l.rule.why
	}
	count := ""
	if tests > 0 {
		count = fmt.Sprint(tests)
	}
	return []string{name, verdict, why, span(engines), count}
}

// span is short for a list of engines.
func span(engines string) string {
	all := strings.Fields(engines)
	switch {
	case len(all) == 0:
		return ""
	case all[0] == "20.10" && all[len(all)-1] == "29":
		return "all"
	case all[len(all)-1] == "29":
		return "from " + all[0]
	}
	return "to " + all[len(all)-1]
}

// writeTable writes a table as the formatter of this project does.
func writeTable(to *strings.Builder, title string, rows [][]string) {
	fmt.Fprintf(to, "\n## %s\n\n", title)
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for at := range row {
			row[at] = strings.ReplaceAll(row[at], "|", "\\|")
			widths[at] = max(widths[at], utf8.RuneCountInString(row[at]), 3)
		}
	}
	for number, row := range rows {
		writeRow(to, row, widths, " ")
		if number == 0 {
			writeRow(to, make([]string, len(row)), widths, "-")
		}
	}
}

func writeRow(to *strings.Builder, row []string, widths []int, fill string) {
	for at, cell := range row {
		fmt.Fprintf(to, "| %s%s ", cell, strings.Repeat(fill, widths[at]-utf8.RuneCountInString(cell)))
	}
	to.WriteString("|\n")
}
