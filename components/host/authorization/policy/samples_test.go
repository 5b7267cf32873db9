package policy

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is made of the table anew: testdata/denied.json and the page of the documentation")

// A sample is a request that is denied; tests/integration/authorization-kinds.test.ts sends each to real engines.
type sample struct {
	Rule string `json:"rule"`
	// The route, and the option or field that it is about.
	Line    string          `json:"line"`
	Request string          `json:"request"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// The rest of a body that a sample needs so that the engine gets to the part that matters.
var around = map[string]string{
	"POST /containers/create":     `"Image":"portcullis/redis:lab"`,
	"POST /containers/*/exec":     `"Cmd":["true"]`,
	"POST /networks/create":       `"Name":"sample"`,
	"POST /volumes/create":        `"Name":"sample"`,
	"POST /networks/*/connect":    `"Container":"bait"`,
	"POST /containers/*/update":   ``,
	"POST /images/create":         ``,
	"POST /build":                 ``,
	"GET /containers/*/top":       ``,
	"POST /containers/*/start":    ``,
	"POST /networks/host/connect": ``,
}

const mountOf = `{"Image":"portcullis/redis:lab","HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/h","VolumeOptions":{"DriverConfig":`

// Bodies of their own, for what needs more around it.
var bodySamples = map[string][]string{
	"POST /containers/create HostConfig.Mounts[].BindOptions.Propagation": {
		`{"Image":"portcullis/redis:lab","HostConfig":{"Mounts":[{"Type":"bind","Source":"/srv","Target":"/h","BindOptions":{"Propagation":"rshared"}}]}}`,
		`{"Image":"portcullis/redis:lab","HostConfig":{"Mounts":[{"Type":"bind","Source":"/srv","Target":"/h","BindOptions":{"Propagation":"shared"}}]}}`,
	},
	"POST /containers/create HostConfig.Binds": {`{"Image":"portcullis/redis:lab","HostConfig":{"Binds":["/srv:/h:rshared"]}}`},
	"POST /containers/create HostConfig.Mounts[].VolumeOptions.DriverConfig": {
		mountOf + `{"Options":{"type":"none","o":"bind","device":"/var/tmp"}}}}]}}`,
		mountOf + `{"Name":"local","Options":{"type":"ext4","device":"/dev/sda1"}}}}]}}`,
		mountOf + `{"Name":"other"}}}]}}`,
	},
	"POST /containers/create HostConfig.Mounts[].ClusterOptions": {
		`{"Image":"portcullis/redis:lab","HostConfig":{"Mounts":[{"Type":"cluster","Source":"v","Target":"/h","ClusterOptions":{}}]}}`,
	},
	"POST /containers/create HostConfig.Mounts[].ImageOptions.Subpath": {
		`{"Image":"portcullis/redis:lab","HostConfig":{"Mounts":[{"Type":"image","Source":"portcullis/redis:lab","Target":"/h","ImageOptions":{"Subpath":"etc"}}]}}`,
	},
	"POST /containers/create HostConfig.BlkioWeightDevice[].Path": {
		`{"Image":"portcullis/redis:lab","HostConfig":{"BlkioWeightDevice":[{"Path":"/etc/shadow","Weight":100}]}}`,
	},
	"POST /containers/create HostConfig.BlkioDeviceReadBps[].Path": {
		`{"Image":"portcullis/redis:lab","HostConfig":{"BlkioDeviceReadBps":[{"Path":"/dev/../etc/shadow","Rate":100}]}}`,
	},
	"POST /containers/create HostConfig.UsernsMode": {`{"Image":"portcullis/redis:lab","UsernsMode":"host"}`},
}

// How the routes that are denied as a whole are asked; an address of its own, and a body.
var routeSamples = map[string][2]string{
	"GET /containers/*/archive":          {"/containers/bait/archive?path=/etc/passwd", ""},
	"PUT /containers/*/archive":          {"/containers/bait/archive?path=/tmp", ""},
	"POST /containers/*/copy":            {"/containers/bait/copy", `{"Resource":"/etc/passwd"}`},
	"GET /containers/*/checkpoints":      {"/containers/bait/checkpoints?dir=/srv", ""},
	"POST /containers/*/checkpoints":     {"/containers/bait/checkpoints", `{"CheckpointID":"c","CheckpointDir":"/srv"}`},
	"DELETE /containers/*/checkpoints/*": {"/containers/bait/checkpoints/c?dir=/srv", ""},
	"GET /plugins/privileges":            {"/plugins/privileges?remote=127.0.0.1:7099/x:1", ""},
	"POST /plugins/pull":                 {"/plugins/pull?remote=127.0.0.1:7099/x:1", "[]"},
	"POST /plugins/*/enable":             {"/plugins/sample/enable?timeout=0", ""},
	"POST /plugins/create":               {"/plugins/create?name=sample", ""},
	"POST /plugins/*/upgrade":            {"/plugins/sample/upgrade?remote=127.0.0.1:7099/x:1", "[]"},
	"POST /plugins/*/set":                {"/plugins/sample/set", `["X=y"]`},
	"POST /services/create":              {"/services/create", `{"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"x"}}}`},
	"POST /swarm/init":                   {"/swarm/init", `{"ListenAddr":"127.0.0.1:2377","AdvertiseAddr":"127.0.0.1"}`},
	"POST /swarm/join":                   {"/swarm/join", `{"RemoteAddrs":["127.0.0.1:2377"],"JoinToken":"x"}`},
	"POST /swarm/unlock":                 {"/swarm/unlock", `{"UnlockKey":"x"}`},
	"POST /swarm/update":                 {"/swarm/update?version=1", "{}"},
	"POST /configs/create":               {"/configs/create", `{"Name":"c","Data":"eA=="}`},
	"POST /secrets/create":               {"/secrets/create", `{"Name":"c","Data":"eA=="}`},
	"PUT /volumes/*":                     {"/volumes/sample?version=1", "{}"},
	"GET /debug/*":                       {"/debug/pprof/cmdline", ""},
	"POST /networks/host/connect":        {"/networks/host/connect", `{"Container":"bait"}`},
	"POST /services/*/update":            {"/services/sample/update?version=1", "{}"},
	"POST /nodes/*/update":               {"/nodes/sample/update?version=1", "{}"},
	"POST /configs/*/update":             {"/configs/sample/update?version=1", "{}"},
	"POST /secrets/*/update":             {"/secrets/sample/update?version=1", "{}"},
}

// samples makes a request of every line that denies something.
func samples(t *testing.T) []sample {
	made := []sample{}
	for _, one := range table() {
		if one.rule != nil {
			made = append(made, one.sample())
			continue
		}
		for _, l := range one.lines {
			if l.rule == nil {
				continue
			}
			mine := one.samplesOf(l)
			if len(mine) == 0 {
				t.Errorf("%s %s: it can deny, and has no sample", one.name, l.at)
			}
			made = append(made, mine...)
		}
	}
	return made
}

func (r *route) sample() sample {
	method, path, _ := strings.Cut(r.name, " ")
	one := sample{Rule: r.rule.id, Line: r.name, Request: method + " " + strings.ReplaceAll(path, "*", "sample")}
	if given, isThere := routeSamples[r.name]; isThere {
		one.Request = method + " " + given[0]
		one.Body = json.RawMessage(given[1])
	}
	return one
}

func (r *route) samplesOf(l line) []sample {
	made := []sample{}
	name := strings.TrimSpace(r.name + " " + l.at)
	request := strings.ReplaceAll(r.name, "*", "bait")
	if strings.Contains(r.name, " /networks/") {
		request = strings.ReplaceAll(r.name, "*", "web")
	}
	for _, value := range l.denied {
		one := sample{Line: name, Request: request}
		if option, isOption := strings.CutPrefix(l.at, "?"); isOption {
			one.Request += "?" + option + "=" + escape(value)
		} else {
			one.Body = json.RawMessage(wrapped(around[r.name], l.at, value))
		}
		made = append(made, one)
	}
	for _, body := range bodySamples[name] {
		made = append(made, sample{Line: name, Request: request, Body: json.RawMessage(body)})
	}
	// Lines that are said in one place and used in several are sampled in one.
	if len(made) == 0 && len(l.denied) == 0 {
		if at := slices.IndexFunc(covered, func(one string) bool { return one == name }); at >= 0 {
			made = append(made, sample{Line: "covered"})
		}
	}
	return made
}

// covered are lines whose denial is shown by a line beside them.
var covered = []string{
	"POST /containers/create HostConfig.BlkioDeviceReadIOps[].Path", "POST /containers/create HostConfig.BlkioDeviceWriteBps[].Path",
	"POST /containers/create HostConfig.BlkioDeviceWriteIOps[].Path", "POST /containers/create HostConfig.Mounts[].ImageOptions",
	"POST /containers/*/update BlkioDeviceReadBps[].Path", "POST /containers/*/update BlkioDeviceReadIOps[].Path",
	"POST /containers/*/update BlkioDeviceWriteBps[].Path", "POST /containers/*/update BlkioDeviceWriteIOps[].Path",
	"POST /containers/*/update BlkioWeightDevice[].Path",
}

func escape(value string) string {
	return strings.NewReplacer("%", "%25", " ", "%20", "&", "%26", "#", "%23", "+", "%2B", "`", "%60", ">", "%3E").Replace(value)
}

// wrapped puts a value where a path leads, e.g. HostConfig.Mounts[].
func wrapped(rest, path, value string) string {
	parts := strings.Split(path, ".")
	for at := len(parts) - 1; at >= 0; at-- {
		name := strings.TrimRight(parts[at], "[]{}")
		switch {
		case strings.HasSuffix(parts[at], "[]"):
			value = "[" + value + "]"
		case strings.HasSuffix(parts[at], "{}"):
			value = `{"web":` + value + "}"
		}
		value = `"` + name + `":` + value
		if at > 0 {
			value = "{" + value + "}"
		}
	}
	if rest != "" {
		rest += ","
	}
	return "{" + rest + value + "}"
}

// Each is denied, and by which rule is recorded: what the integration test expects of real engines.
func TestSamples(t *testing.T) {
	all := slices.DeleteFunc(samples(t), func(one sample) bool { return one.Line == "covered" })
	for at := range all {
		one := &all[at]
		method, uri, _ := strings.Cut(one.Request, " ")
		got := verdict(somePolicy(), method, uri, string(one.Body))
		if got == "" {
			t.Errorf("%s %s %s: allowed", one.Line, one.Request, one.Body)
		}
		if got == "unreadable" {
			t.Errorf("%s %s %s: unreadable", one.Line, one.Request, one.Body)
		}
		one.Rule = got
		if len(one.Body) == 0 {
			one.Body = nil
		}
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "testdata/denied.json", string(text)+"\n")
	t.Logf("%d samples", len(all))
}

// compare holds a file against what it has to be, or writes it.
func compare(t *testing.T, file, expected string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(expected), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || string(text) != expected {
		t.Errorf("%s is not what the table makes of it: run `go test ./policy -update` in components/host/authorization (%v)", file, err)
	}
}
