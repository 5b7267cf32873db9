package policy

import (
	"errors"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// system holds the system folders of CIS 5.6: neither they nor a folder above one of them can be mounted. Folders in
// them can: user namespaces keep those from being changed, and the proof at each deployment shows that on /bin.
var system = strings.Fields("/boot /dev /etc /lib /lib32 /lib64 /libx32 /proc /sys /usr /usr/lib")

// closed holds folders of which nothing at all can be mounted: the kernel's and the devices', where control sockets
// are (docker.sock, containerd.sock, systemd's), the engine's data, and what belongs to root or to Portcullis.
var closed = strings.Fields(`/boot /dev /proc /root /run /sys /usr/local/lib/portcullis /usr/local/lib/portcullis-authorization
	/var/lib/containerd /var/lib/docker /var/lib/portcullis /var/run`)

// How many symbolic links the kernel follows in one path.
const mostLinks = 40

// hostPath judges a path of the host that is to be mounted: as it is written, where its symbolic links lead, and what
// they lead through.
//
// A path that is not there is denied too: the engine would make it, as the containers' root, anywhere on the host.
func (p *Policy) hostPath(source string) []finding {
	if !strings.HasPrefix(source, "/") || slices.Contains(strings.Split(source, "/"), "..") {
		return leads(source + " (give an absolute path without ..)")
	}
	if p.isClosed(path.Clean(source)) || p.isAbove(path.Clean(source)) {
		return leads(source)
	}
	reached, links := "/", 0
	for left := names(source); len(left) > 0; {
		here := path.Join(reached, left[0])
		left = left[1:]
		if p.isClosed(here) {
			return leads(source + " (leads to " + here + ")")
		}
		target, err := p.readlink(here)
		switch {
		case err == nil:
			if links++; links > mostLinks {
				return leads(source + " (too many symbolic links)")
			}
			if strings.HasPrefix(target, "/") {
				reached = "/"
			}
			left = slices.Concat(names(target), left)
		case errors.Is(err, syscall.EINVAL):
			reached = here
		case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			return leads(source + " (not there; make it first)")
		default:
			return leads(source + " (this plugin has no access to " + here + ", so it cannot tell where that leads)")
		}
	}
	if p.isAbove(reached) {
		return leads(source + " (leads to " + reached + ")")
	}
	return nil
}

// isClosed: whether a path is in a folder of which nothing can be mounted.
func (p *Policy) isClosed(at string) bool {
	return slices.ContainsFunc(slices.Concat(closed, p.protected), func(folder string) bool { return within(at, folder) })
}

// isAbove: whether a path is a system folder, or has a system folder or a closed one in it.
func (p *Policy) isAbove(at string) bool {
	return slices.ContainsFunc(slices.Concat(system, closed, p.protected), func(folder string) bool { return within(folder, at) })
}

// within: whether a path is the folder, or below it.
func within(at, folder string) bool {
	return at == folder || folder == "/" || strings.HasPrefix(at, folder+"/")
}

func names(of string) []string {
	return slices.DeleteFunc(strings.Split(of, "/"), func(name string) bool { return name == "" || name == "." })
}

func leads(source string) []finding { return []finding{{rule: hostPaths, what: source}} }
