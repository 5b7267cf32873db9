package policy

import (
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/docker/go-plugins-helpers/authorization"
)

// A host of four symbolic links, and a folder that the plugin may not look into.
func somePolicy() *Policy {
	links := map[string]string{
		"/bin": "usr/bin", "/lib": "usr/lib", "/var/run": "/run",
		"/srv/etc": "/etc", "/srv/up": "../run/docker.sock", "/srv/self": "/proc/self/root", "/srv/loop": "/srv/loop",
		"/srv/data": "/mnt/data", "/srv/twice": "up",
	}
	return &Policy{
		protected: []string{"/mnt/docker"},
		now:       func() time.Time { return time.Date(2027, 1, 31, 23, 59, 0, 0, time.UTC) },
		readFile:  someHost,
		log:       log.New(io.Discard, "", 0),
		readlink: func(at string) (string, error) {
			switch target, isLink := links[at]; {
			case isLink:
				return target, nil
			case strings.HasPrefix(at, "/home/alice/"):
				return "", &os.PathError{Op: "readlink", Path: at, Err: syscall.EACCES}
			case strings.HasPrefix(at, "/srv/new"):
				return "", &os.PathError{Op: "readlink", Path: at, Err: syscall.ENOENT}
			}
			return "", &os.PathError{Op: "readlink", Path: at, Err: syscall.EINVAL}
		},
	}
}

// verdict is the id of the rule that denies; empty where the request is allowed.
func verdict(p *Policy, method, uri, body string) string {
	headers := map[string]string{"Content-Type": "application/json"}
	d := p.judge(&authorization.Request{RequestMethod: method, RequestURI: uri, RequestBody: []byte(body), RequestHeaders: headers})
	if d == nil {
		return ""
	}
	return d.rule.id
}

func TestContainers(t *testing.T) {
	for _, one := range []struct{ hostConfig, rule string }{
		{`{}`, ""},
		{`{"Privileged":false,"NetworkMode":"default","CapAdd":null,"CapDrop":["ALL"],"SecurityOpt":null,"MaskedPaths":null}`, ""},
		{`{"Privileged":true}`, "privileged"},
		{`{"privileged":true}`, "privileged"},
		{`{"PRIVILEGED":true}`, "privileged"},
		{`{"\u0050rivileged":true}`, "privileged"},
		{`{"Privileged":true,"Privileged":false}`, "unreadable"},
		{`{"Privileged":true,"privileged":false}`, "unreadable"},
		{`{"U\u017fernsMode":"host","UsernsMode":""}`, "unreadable"},
		{`{"Privileged":"true"}`, "unreadable"},
		{`{"UsernsMode":"host"}`, "host-user-namespace"},
		{`{"uſernsmode":"host"}`, "host-user-namespace"},
		{`{"UsernsMode":"host:x"}`, "host-user-namespace"},
		{`{"PidMode":"host"}`, "host-pid"},
		{`{"PidMode":"container:web"}`, ""},
		{`{"NetworkMode":"host"}`, "host-network"},
		{`{"NetworkMode":"none"}`, ""},
		{`{"NetworkMode":"portcullis-scan"}`, ""},
		{`{"IpcMode":"host"}`, "host-ipc"},
		{`{"IpcMode":"private"}`, ""},
		{`{"UTSMode":"host"}`, "host-uts"},
		{`{"CgroupnsMode":"host"}`, "host-cgroup"},
		{`{"CgroupnsMode":"private"}`, ""},
		{`{"CapAdd":["NET_BIND_SERVICE","cap_chown"]}`, ""},
		{`{"CapAdd":"SYS_ADMIN"}`, "capabilities"},
		{`{"CapAdd":["CHOWN","CAP_SYS_ADMIN"]}`, "capabilities"},
		{`{"CapAdd":["all"]}`, "capabilities"},
		{`{"Capabilities":["CAP_SYS_ADMIN"]}`, "unknown-option"},
		{`{"Umask":18}`, ""},
		{`{"KernelMemory":0}`, ""},
		{`{"Devices":[]}`, ""},
		{`{"Devices":[{"PathOnHost":"/dev/sda","PathInContainer":"/dev/sda","CgroupPermissions":"rwm"}]}`, "devices"},
		{`{"DeviceRequests":[{"Count":-1}]}`, "devices"},
		{`{"DeviceCgroupRules":["a *:* rwm"]}`, "devices"},
		{`{"SecurityOpt":["no-new-privileges"]}`, ""},
		{`{"SecurityOpt":["no-new-privileges=true","apparmor=docker-default","seccomp=builtin","label=level:s0:c1"]}`, ""},
		{`{"SecurityOpt":["no-new-privileges:true","apparmor:docker-default","seccomp:builtin"]}`, ""},
		{`{"SecurityOpt":["no-new-privileges:false=true"]}`, "security-options"},
		{`{"SecurityOpt":["no-new-privileges=false"]}`, "security-options"},
		{`{"SecurityOpt":["no-new-privileges:false"]}`, "security-options"},
		{`{"SecurityOpt":["seccomp=unconfined"]}`, "security-options"},
		{`{"SecurityOpt":["seccomp:unconfined"]}`, "security-options"},
		{`{"SecurityOpt":["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"]}`, "security-options"},
		{`{"SecurityOpt":["apparmor=unconfined"]}`, "security-options"},
		{`{"SecurityOpt":["label=disable"]}`, "security-options"},
		{`{"SecurityOpt":["label=type:spc_t"]}`, "security-options"},
		{`{"SecurityOpt":["disable"]}`, "security-options"},
		{`{"SecurityOpt":["writable-cgroups=true"]}`, "security-options"},
		{`{"MaskedPaths":[]}`, "masked-paths"},
		{`{"MaskedPaths":["/proc/kcore"]}`, "masked-paths"},
		{`{"ReadonlyPaths":[]}`, "masked-paths"},
		{`{"ReadonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger","/proc/more"]}`, ""},
		{`{"Annotations":{"org.criu.config":"/x"}}`, "annotations"},
		{`{"VolumeDriver":"local"}`, ""},
		{`{"VolumeDriver":"other"}`, "volume-options"},
		{`{"Binds":["data:/data"]}`, ""},
		{`{"Binds":["data:/data:rw,rshared"]}`, "mount-propagation"},
		{`{"Mounts":[{"Type":"volume","Source":"data","Target":"/data"},{"Type":"tmpfs","Target":"/tmp"}]}`, ""},
		{`{"Mounts":[{"Type":"bind","Source":"/srv/app","Target":"/x","BindOptions":{"Propagation":"shared"}}]}`, "mount-propagation"},
		{`{"Mounts":[{"Type":"bind","Source":"/srv/app","Target":"/x","BindOptions":{"Propagation":"rprivate"}}]}`, ""},
		{`{"Mounts":[{"type":"bind","source":"/etc","Target":"/x"}]}`, "host-paths"},
		{`{"Mounts":[{"Type":"cluster","Source":"x","Target":"/x"}]}`, "volume-options"},
		{`{"Mounts":[{"Source":"/","Target":"/x"}]}`, "volume-options"},
		{`{"Mounts":[{"Type":"volume","Target":"/x","VolumeOptions":{"DriverConfig":{"Options":{"type":"none","o":"bind","device":"/"}}}}]}`, "volume-options"},
		{`{"Mounts":[{"Type":"volume","Source":"a","VolumeOptions":{"DriverConfig":{"Name":"other"}}}]}`, "volume-options"},
	} {
		for _, uri := range []string{"/v1.45/containers/create?name=x", "/containers/create", "http://x/v1.24//containers/./create", "/v1.40/containers%2Fcreate", "/containers/create/"} {
			if got := verdict(somePolicy(), "POST", uri, `{"Image":"x","HostConfig":`+one.hostConfig+`}`); got != one.rule {
				t.Errorf("%s %s: rule %q, expected %q", uri, one.hostConfig, got, one.rule)
			}
		}
		// Engines before 28 read the same one level up.
		if got := verdict(somePolicy(), "POST", "/containers/create", one.hostConfig); got != one.rule && one.rule != "unknown-option" {
			t.Errorf("without HostConfig, %s: rule %q, expected %q", one.hostConfig, got, one.rule)
		}
	}
}

func TestHostPaths(t *testing.T) {
	const rule = "host-paths"
	for path, expected := range map[string]string{
		"/": rule, "//": rule, "/.": rule, "/etc": rule, "/etc/": rule, "//etc//": rule, "/./etc": rule, "/srv/../etc": rule,
		"/usr": rule, "/lib": rule, "/var": rule, "/var/lib": rule, "/var/lib/docker": rule, "/var/lib/docker/volumes/x": rule,
		"/var/run/docker.sock": rule, "/run/docker.sock": rule, "/run": rule, "/run/x": rule, "/dev/sda": rule, "/proc/1/root": rule,
		"/sys/fs/cgroup": rule, "/root/.ssh": rule, "/boot": rule, "/var/lib/portcullis/x": rule, "/mnt": rule, "/mnt/docker/x": rule,
		"/srv/etc": rule, "/srv/etc/docker": "", "/srv/up": rule, "/srv/twice": rule, "/srv/self/srv": rule, "/srv/loop": rule,
		"/home/alice": "", "/home/alice/x": rule, "srv": rule, "": rule,
		"/bin": "", "/bin/": "", "/srv": "", "/srv/data": "", "/srv/new/folder": rule, "/srv/new": rule, "/mnt/dockers": "", "/runs": "",
		"/etc/portcullis/clair/config.yaml": "", "/etc/localtime": "",
	} {
		options, err := json.Marshal(map[string]string{"type": "none", "o": "ro,bind", "device": path})
		if err != nil {
			t.Fatal(err)
		}
		ways := map[string][2]string{
			"/containers/create": {`{"HostConfig":{"Mounts":[{"Type":"bind","Source":"` + path + `","Target":"/x"}]}}`, expected},
			// The engine may fill it, wherever it lies.
			"/volumes/create": {`{"Name":"v","DriverOpts":` + string(options) + `}`, "volume-options"},
		}
		for uri, way := range ways {
			if got := verdict(somePolicy(), "POST", uri, way[0]); got != way[1] {
				t.Errorf("%s %s: rule %q, expected %q", uri, path, got, way[1])
			}
		}
		if strings.HasPrefix(path, "/") {
			body := `{"HostConfig":{"Binds":["` + path + `:/x:ro"]}}`
			if got := verdict(somePolicy(), "POST", "/containers/create", body); got != expected {
				t.Errorf("Binds %s: rule %q, expected %q", path, got, expected)
			}
		}
	}
}

func TestVolumes(t *testing.T) {
	for options, expected := range map[string]string{
		`{}`:                 "",
		`{"size":"1g"}`:      "",
		`{"type":"","o":""}`: "",
		`{"type":"tmpfs","device":"tmpfs","o":"size=1m"}`:               "",
		`{"type":"tmpfs","device":"x","o":"mode=1777,uid=1,nosuid,ro"}`: "",
		`{"type":"tmpfs","device":"/srv/app","o":"bind"}`:               "volume-options",
		`{"type":"tmpfs","device":"/srv/app","o":"size=1m,rbind"}`:      "volume-options",
		`{"type":"tmpfs","device":"/srv/app","o":"size=1m,rshared"}`:    "volume-options",
		`{"type":"tmpfs","device":"tmpfs","o":"remount"}`:               "volume-options",
		`{"type":"tmpfs","device":"tmpfs","o":"mpol=bind"}`:             "volume-options",
		`{"type":"nfs","device":":/x","o":"addr=192.0.2.1"}`:            "volume-options",
		`{"type":"nfs4","device":":/x","o":"addr=169.254.169.254"}`:     "volume-options",
		`{"type":"cifs","device":"//x/y","o":"addr=127.0.0.1"}`:         "volume-options",
		`{"type":"none","device":"/srv/app","o":"bind"}`:                "volume-options",
		`{"type":"none","device":"/srv/app","o":"rbind,ro"}`:            "volume-options",
		`{"type":"none","device":"/srv/app","o":"BIND"}`:                "volume-options",
		`{"type":"none","device":"/srv/app"}`:                           "volume-options",
		`{"type":"none","device":"/srv/app","o":"bind,rshared"}`:        "volume-options",
		`{"type":"bind","device":"/srv/app"}`:                           "volume-options",
		`{"device":"/srv/app","o":"bind"}`:                              "volume-options",
		`{"device":"/srv/app"}`:                                         "volume-options",
		`{"o":"bind"}`:                                                  "volume-options",
		`{"type":"nfs","device":"/x","o":"remount"}`:                    "volume-options",
		`{"type":"ext4","device":"/dev/sda1"}`:                          "volume-options",
		`{"type":"overlay","device":"x","o":"lowerdir=/etc"}`:           "volume-options",
		`{"mountpoint":"/etc"}`:                                         "volume-options",
	} {
		if got := verdict(somePolicy(), "POST", "/v1.45/volumes/create", `{"DriverOpts":`+options+`}`); got != expected {
			t.Errorf("%s: rule %q, expected %q", options, got, expected)
		}
	}
	for body, expected := range map[string]string{`{"Driver":"other"}`: "volume-options", `{"driver":"local","Labels":{"a":"1","A":"2"}}`: "", `{"ClusterVolumeSpec":{}}`: "swarm"} {
		if got := verdict(somePolicy(), "POST", "/volumes/create", body); got != expected {
			t.Errorf("%s: rule %q, expected %q", body, got, expected)
		}
	}
}
