package policy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/go-plugins-helpers/authorization"
	newest "github.com/moby/moby/api/types/container"
	newestnetwork "github.com/moby/moby/api/types/network"
	newestvolume "github.com/moby/moby/api/types/volume"
)

// oldCreateRequest is what engines before 28 read: HostConfig's fields one level up too.
type oldCreateRequest struct {
	*container.Config
	InnerHostConfig       *container.HostConfig     `json:"HostConfig,omitempty"`
	Cpuset                string                    `json:",omitempty"`
	NetworkingConfig      *network.NetworkingConfig `json:"NetworkingConfig,omitempty"`
	*container.HostConfig                           // Deprecated. Exported to read attributes that are not in the inner one.
}

// readings are what engines make of the bodies of a request, by their own types.
var readings = map[string][]func() any{
	"/containers/create": {
		func() any { return new(oldCreateRequest) }, func() any { return new(container.CreateRequest) }, func() any { return new(newest.CreateRequest) },
	},
	"/containers/x/exec":   {func() any { return new(container.ExecOptions) }, func() any { return new(newest.ExecCreateRequest) }},
	"/containers/x/update": {func() any { return new(container.UpdateConfig) }, func() any { return new(newest.UpdateConfig) }},
	"/volumes/create":      {func() any { return new(volume.CreateOptions) }, func() any { return new(newestvolume.CreateRequest) }},
	"/networks/create":     {func() any { return new(network.CreateRequest) }, func() any { return new(newestnetwork.CreateRequest) }},
	"/networks/x/connect":  {func() any { return new(network.ConnectOptions) }, func() any { return new(newestnetwork.ConnectRequest) }},
}

// FuzzBodies: what the plugin lets through, it lets through as an engine reads it too. So it reads no body otherwise.
func FuzzBodies(f *testing.F) {
	for _, one := range []string{
		`{"Image":"x","HostConfig":{"Privileged":true}}`, `{"image":"x","hostconfig":{"UſernsMode":"host"}}`, `{"HostConfig":{"Binds":["/:/h"]},"hostConfig":null}`,
		`{"Image":"x","UsernsMode":"host","PidMode":"container:x"}`, `{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc","Target":"/x"}]}}`,
		`{"HostConfig":{"CapAdd":"ALL"}} {}`, `{"Cmd":"x","Entrypoint":["y"],"Privileged":false}`, `{"DriverOpts":{"type":"tmpfs","device":"x","o":"size=1m"}}`,
		`{"Name":"n","IPAM":{"Config":[{"Subnet":"172.28.0.0/16"}]},"Options":{"parent":"eth0"}}`, `{"Memory":1e3,"Devices":[{"PathOnHost":"/dev/sda"}]}`,
		`{"Container":"x","EndpointConfig":{"IPAMConfig":{"LinkLocalIPs":["169.254.1.1"]}}}`, `[]`, `null`, `{"HostConfig":{"LogConfig":{"Type":"syslog"}}}`,
		"\ufeff{}", `{"HostConfig":{"\u0050rivileged":true}}`, `{"HostConfig":{"Privileged":true,"privileged":false}}`, `{"HostConfig":[{"Privileged":true}]}`,
	} {
		f.Add([]byte(one))
	}
	p := somePolicy()
	f.Fuzz(func(t *testing.T, body []byte) {
		for uri, types := range readings {
			if verdict(p, "POST", uri, string(body)) != "" {
				continue
			}
			for _, fresh := range types {
				value := fresh()
				// Some engines read the first value only.
				if json.NewDecoder(bytes.NewReader(body)).Decode(value) != nil {
					continue
				}
				again, err := json.Marshal(value)
				if err != nil {
					continue
				}
				if rule := verdict(p, "POST", uri, string(again)); rule != "" {
					t.Errorf("%s %q is allowed, but the engine (%T) reads %s: rule %s", uri, body, value, again, rule)
				}
			}
		}
	})
}

// FuzzAddresses: the plugin finds the path and the options in an address that the engine's server finds there.
func FuzzAddresses(f *testing.F) {
	for _, one := range []string{
		"/v1.45/containers/create?name=x", "http://x/containers/create", "/containers%2Fcreate", "/build?networkmode=host;x", "/build?networkmod%65=%68ost&a",
		"//containers/./create", "/build?networkmode=none&networkmode=host", "*", "/x?%zz", "/containers/../build?a=b#c", "/build?a+b=c+d",
	} {
		f.Add(one)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		request, err := http.ReadRequest(bufio.NewReader(strings.NewReader("POST " + uri + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")))
		if err != nil || request.ParseForm() != nil {
			return
		}
		mine, d := somePolicy().read(&authorization.Request{RequestMethod: "POST", RequestURI: request.RequestURI})
		if d != nil {
			return
		}
		whole := mine.path
		if mine.version != "" {
			whole = "/v" + mine.version + mine.path
		}
		if whole != path.Clean("/"+request.URL.Path) {
			t.Errorf("%q: path %q, the engine has %q", uri, whole, request.URL.Path)
		}
		if len(mine.query)+len(request.Form) > 0 && !reflect.DeepEqual(map[string][]string(mine.query), map[string][]string(request.Form)) {
			t.Errorf("%q: options %v, the engine has %v", uri, mine.query, request.Form)
		}
	})
}

// FuzzForms: where the engine would take options from a body, the plugin denies it.
func FuzzForms(f *testing.F) {
	for _, one := range []string{
		"application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "Multipart/Form-Data; boundary=b", "application/json", "text/plain; a=b",
		" application/x-www-form-urlencoded ;charset=x", ";", "application/x-www-form-urlencoded; charset", "multipart/mixed; boundary=b",
	} {
		f.Add(one)
	}
	const part = "--b\r\nContent-Disposition: form-data; name=\"networkmode\"\r\n\r\nhost\r\n--b--\r\n"
	f.Fuzz(func(t *testing.T, kind string) {
		for _, body := range []string{"networkmode=host", part} {
			request, err := http.NewRequest("POST", "/build", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", kind)
			if request.FormValue("networkmode") == "" {
				continue
			}
			if !hasForm(map[string]string{"Content-Type": kind}) {
				t.Errorf("%q: the engine takes options from the body", kind)
			}
		}
	})
}
