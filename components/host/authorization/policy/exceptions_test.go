package policy

import (
	"bytes"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/docker/go-plugins-helpers/authorization"
)

const someImage = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestExceptions(t *testing.T) {
	var lines bytes.Buffer
	p := somePolicy()
	p.log = log.New(&lines, "", 0)
	p.exceptions = []Exception{
		{Rule: "devices", Image: someImage, Owner: "ops", Reason: "r", Until: "2027-01-31"},
		{Rule: "host-paths", Name: "agent", Owner: "ops", Reason: "r", Until: "2027-06-30"},
		{Rule: "archive", Name: "agent", Owner: "ops", Reason: "r", Until: "2027-06-30"},
		{Rule: "volume-options", Name: "share", Owner: "ops", Reason: "r", Until: "2027-06-30"},
		{Rule: "network-drivers", Name: "lan", Owner: "ops", Reason: "r", Until: "2027-06-30"},
		{Rule: "privileged", Name: "old", Owner: "ops", Reason: "r", Until: "2027-01-30"},
	}
	const device = `"HostConfig":{"Devices":[{"PathOnHost":"/dev/fuse"}]}}`
	for _, one := range []struct{ request, body, rule string }{
		{"POST /containers/create", `{"Image":"app@` + someImage + `",` + device, ""},
		{"POST /containers/create", `{"Image":"app:1@` + someImage + `",` + device, ""},
		{"POST /containers/create", `{"Image":"` + someImage + `",` + device, ""},
		{"POST /containers/create", `{"Image":"app@` + someImage + `b",` + device, "devices"},
		{"POST /containers/create", `{"Image":"app:1",` + device, "devices"},
		{"POST /containers/create?name=agent", `{"Image":"app:1",` + device, "devices"},
		{"POST /containers/create?name=agent", `{"HostConfig":{"Binds":["/etc:/x"]}}`, ""},
		{"POST /containers/create?name=agent2", `{"HostConfig":{"Binds":["/etc:/x"]}}`, "host-paths"},
		{"POST /containers/create?name=x&name=agent", `{"HostConfig":{"Binds":["/etc:/x"]}}`, "host-paths"},
		{"POST /containers/create?name=agent", `{"name":"agent","HostConfig":{"Binds":["/etc:/x:rshared"]}}`, "mount-propagation"},
		{"POST /containers/create?name=agent", `{"HostConfig":{"Binds":["/etc:/x"],"Privileged":true}}`, "privileged"},
		{"POST /containers/create?name=old", `{"HostConfig":{"Privileged":true}}`, "privileged"},
		{"POST /containers/create", `{"Image":"x","name":"agent","HostConfig":{"Binds":["/etc:/x"]}}`, "host-paths"},
		{"PUT /containers/agent/archive?path=/", "", ""},
		{"PUT /containers/agent2/archive?path=/", "", "archive"},
		{"POST /volumes/create", `{"Name":"share","DriverOpts":{"type":"nfs","device":":/x","o":"addr=192.0.2.1"}}`, ""},
		{"POST /volumes/create", `{"Name":"other","DriverOpts":{"type":"nfs","device":":/x","o":"addr=192.0.2.1"}}`, "volume-options"},
		{"POST /networks/create", `{"Name":"lan","Driver":"macvlan"}`, ""},
	} {
		method, uri, _ := strings.Cut(one.request, " ")
		if got := verdict(p, method, uri, one.body); got != one.rule {
			t.Errorf("%s %s: rule %q, expected %q", one.request, one.body, got, one.rule)
		}
	}
	for _, expected := range []string{
		`excepted "POST" "/volumes/create": rule volume-options (ops)`, "the exception of ops from the rule privileged was until 2027-01-30",
	} {
		if !strings.Contains(lines.String(), expected) {
			t.Errorf("not in the log: %s\n%s", expected, lines.String())
		}
	}
	// What is over says so to the user too.
	answer := p.AuthZReq(authorization.Request{
		RequestMethod: "POST", RequestURI: "/containers/create?name=old", RequestBody: []byte(`{"HostConfig":{"Privileged":true}}`),
	})
	if answer.Allow || !strings.Contains(answer.Msg, "the exception of ops was until 2027-01-30") {
		t.Errorf("unexpected answer: %+v", answer)
	}
}

func TestReadExceptions(t *testing.T) {
	const rest = `"owner":"o","reason":"r","until":"2027-01-31"}]`
	for text, isGood := range map[string]bool{
		`[]`: true, `[{"rule":"devices","name":"x",` + rest: true, `[{"rule":"devices","image":"` + someImage + `",` + rest: true,
		`{}`: false, ``: false, `[{"rule":"unreadable","name":"x",` + rest: false, `[{"rule":"other","name":"x",` + rest: false,
		`[{"rule":"devices",` + rest: false, `[{"rule":"devices","name":"x","image":"` + someImage + `",` + rest: false,
		`[{"rule":"devices","image":"app:1",` + rest: false, `[{"rule":"devices","name":"x","more":1,` + rest: false,
		`[{"rule":"devices","name":"x","reason":"r","until":"2027-01-31"}]`: false, `[{"rule":"devices","name":"x","owner":"o","reason":"r","until":"soon"}]`: false,
	} {
		if _, err := ReadExceptions(strings.NewReader(text)); (err == nil) != isGood {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The settings know the same rules.
func TestExceptableRules(t *testing.T) {
	text, err := os.ReadFile("../../../../config/authorization-schema.ts")
	if err != nil {
		t.Fatal(err)
	}
	block, _, _ := strings.Cut(string(text), "] as const")
	known := []string{}
	for _, match := range regexp.MustCompile(`(?m)^    "([a-z-]+)",$`).FindAllStringSubmatch(block, -1) {
		known = append(known, match[1])
	}
	own := Exceptable()
	slices.Sort(own)
	if !slices.Equal(known, own) {
		t.Errorf("config/authorization-schema.ts has %v, the plugin %v", known, own)
	}
}
