package policy

import (
	"bytes"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/docker/go-plugins-helpers/authorization"
)

func TestRequests(t *testing.T) {
	for _, one := range []struct{ request, body, rule string }{
		{"GET /_ping", "", ""},
		{"HEAD /_ping", "", ""},
		{"GET /v1.45/containers/json?all=1", "", ""},
		{"POST /v1.45/containers/x/start", "", ""},
		{"POST /v1.45/containers/x/start?checkpoint=c&checkpoint-dir=/etc", "", "checkpoints"},
		{"POST /v1.45/containers/x/checkpoints", `{"CheckpointID":"c","CheckpointDir":"/etc"}`, "checkpoints"},
		{"POST /v1.23/containers/x/start", `{"Privileged":true}`, "old-api"},
		{"POST /v1..23/containers/x/start", `{"Privileged":true}`, "old-api"},
		{"POST /v1/containers/x/start", "", "old-api"},
		{"POST /v1.24/containers/x/start", "", ""},
		{"DELETE /v1.45/containers/x?v=1", "", ""},
		{"PUT /v1.45/containers/x/archive?path=/", "", "archive"},
		{"GET /v1.45/containers/x/archive?path=/etc/shadow", "", "archive"},
		{"HEAD /containers/x/archive?path=/", "", ""},
		{"GET /v1.45/containers/x/checkpoints?dir=/srv/new", "", "checkpoints"},
		{"DELETE /v1.45/containers/x/checkpoints/docker?dir=/etc", "", "checkpoints"},
		{"POST /v1.45/containers/x/exec", `{"Cmd":["id"]}`, ""},
		{"POST /v1.45/containers/x/exec", `{"Cmd":["id"],"Privileged":true}`, "privileged"},
		{"POST /v1.45/containers/a/b/exec", `{"privileged":true}`, "privileged"},
		{"POST /v1.45/containers/x/exec", "", "unreadable"},
		{"POST /v1.45/containers/x/update", `{"Memory":1,"RestartPolicy":{"Name":"always"}}`, ""},
		{"POST /v1.45/containers/x/update", `{"Devices":[{"PathOnHost":"/dev/sda"}]}`, "devices"},
		{"POST /containers/create", "", "unreadable"},
		{"POST /containers/create", "null", ""},
		{"POST /containers/create", "[]", "unreadable"},
		{"POST /containers/create", `{"HostConfig":{}`, "unreadable"},
		{"POST /containers/create", `{"HostConfig":{}} {"HostConfig":{"Privileged":true}}`, "unreadable"},
		{"POST /containers/create", `{"HostConfig":{"Privileged":true},"HostConfig":{"Memory":1}}`, "unreadable"},
		{"POST /containers/create", `{"HostConfig":{"Privileged":true},"hostconfig":null}`, "unreadable"},
		{"POST /containers/create", `{"Image":"x","Privileged":true}`, "privileged"},
		{"POST /containers/create", `{"Image":"x","Name":"n","Labels":{"a":"1","A":"2"}}`, ""},
		{"POST /containers/create", `{"NetworkingConfig":{"EndpointsConfig":{"host":{}}}}`, "host-network"},
		{"POST /containers/create", `{"NetworkingConfig":{"EndpointsConfig":{"web":{"IPAMConfig":null}}}}`, ""},
		{"POST /containers%2fcreate", "", "unreadable"},
		{"POST //containers///create", "", "unreadable"},
		{"POST /x/../containers/create", "", "unreadable"},
		{"POST /v1.45/v1.45/containers/create", "", "unknown-request"},
		{"PATCH /containers/create", "", "unknown-request"},
		{"post /containers/create", "", "unknown-request"},
		{"POST /containers/create/x", "", "unknown-request"},
		{"POST /libpod/containers/create", "", "unknown-request"},
		{"POST containers/create", "", "unknown-request"},
		{"POST ", "", "unknown-request"},
		{"POST /build?%zz", "", "unknown-request"},
		{"POST /v1.45/build?t=x", "", ""},
		{"POST /v1.45/build?networkmode=host", "", "host-network"},
		{"POST /v1.45/build?networkmode=none&networkmode=host", "", "host-network"},
		{"POST /v1.45/build?networkmod%65=%68ost", "", "host-network"},
		{"POST /networks/create", `{"Name":"n"}`, ""},
		{"POST /networks/host/connect", `{"Container":"x"}`, "host-network"},
		{"POST /networks/web/connect", `{"Container":"x"}`, ""},
		{"POST /images/create?fromImage=x", "", ""},
		{"POST /plugins/pull?remote=x", "[]", "plugins"},
		{"POST /plugins/x/y:1/enable", "", "plugins"},
		{"POST /plugins/x/disable", "", "plugins"},
		{"POST /swarm/init", "{}", "swarm"},
		{"POST /swarm/leave", "", ""},
		{"POST /services/create", "{}", "swarm"},
		{"POST /session", "", ""},
		{"POST /auth", "{}", ""},
	} {
		method, uri, _ := strings.Cut(one.request, " ")
		if got := verdict(somePolicy(), method, uri, one.body); got != one.rule {
			t.Errorf("%s %s: rule %q, expected %q", one.request, one.body, got, one.rule)
		}
	}
}

func TestForms(t *testing.T) {
	for kind, expected := range map[string]string{
		"application/x-tar": "", "": "", "application/json; charset=utf-8": "",
		"application/x-www-form-urlencoded": "form-body", "Multipart/Form-Data; boundary=x": "form-body", ";": "form-body",
	} {
		request := authorization.Request{RequestMethod: "POST", RequestURI: "/build", RequestHeaders: map[string]string{"content-type": kind}}
		got := ""
		if d := somePolicy().judge(&request); d != nil {
			got = d.rule.id
		}
		if got != expected {
			t.Errorf("%q: rule %q, expected %q", kind, got, expected)
		}
	}
}

func TestDefectsDeny(t *testing.T) {
	p := somePolicy()
	p.readlink = func(string) (string, error) { panic("broken") }
	request := authorization.Request{RequestMethod: "POST", RequestURI: "/containers/create", RequestBody: []byte(`{"HostConfig":{"Binds":["/srv:/x"]}}`)}
	if response := p.AuthZReq(request); response.Allow || response.Msg == "" {
		t.Errorf("a panic allows: %+v", response)
	}
	p.readlink = somePolicy().readlink
	if response := p.AuthZReq(request); !response.Allow {
		t.Errorf("the control is denied: %s", response.Msg)
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	var lines bytes.Buffer
	p := somePolicy()
	p.log = log.New(&lines, "", 0)
	request := authorization.Request{
		RequestMethod: "POST",
		RequestURI:    "/v1.45/containers/create?name=top-secret",
		RequestBody:   []byte(`{"Env":["PASSWORD=top-secret"],"HostConfig":{"Privileged":true}}`),
	}
	response := p.AuthZReq(request)
	if response.Allow || !strings.HasPrefix(response.Msg, "rule privileged: Privileged: ") {
		t.Errorf("unexpected answer: %+v", response)
	}
	request.RequestBody = []byte(`{"Env":["top-secret"],"Privileged":"top-secret"}`)
	if again := p.AuthZReq(request); strings.Contains(again.Msg+response.Msg+lines.String(), "top-secret") {
		t.Errorf("a secret is shown: %s %s", again.Msg, lines.String())
	}
	if got := lines.String(); !strings.HasPrefix(got, `denied "POST" "/v1.45/containers/create": rule privileged`+"\n") {
		t.Errorf("unexpected log: %s", got)
	}
}

// Each rule is in the documentation, in a table whose lines begin with its id.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/authorization.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range rules {
		if !strings.Contains(string(text), "\n| `"+one.id+"`") {
			t.Errorf("docs/authorization.md does not tell of the rule %s", one.id)
		}
	}
}
