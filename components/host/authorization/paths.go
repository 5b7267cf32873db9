package main

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

// programs holds more folders of programs, on a host where they are not links into /usr.
var programs = strings.Fields("/bin /sbin")

// closed holds folders of which nothing at all can be mounted: the kernel's and the devices', where control sockets
// are (docker.sock, containerd.sock, systemd's), the engine's data, and what belongs to root or to Portcullis.
var closed = strings.Fields(`/boot /dev /proc /root /run /sys /usr/local/lib/portcullis /usr/local/lib/portcullis-authorization
	/var/lib/containerd /var/lib/docker /var/lib/portcullis /var/run`)

// handover is how the names of the folders begin in which Portcullis hands files to its own containers, in memory.
const handover = "/run/portcullis-handover."

// How many symbolic links the kernel follows in one path.
const mostLinks = 40

// hostPath judges a path of the host that is to be mounted: as it is written, where its symbolic links lead, and what
// they lead through.
//
// A path that is not there is denied too: the engine would make it, as the containers' root, anywhere on the host.
func (p *policy) hostPath(source string) *denial {
	_, d := p.resolve(source)
	return d
}

// volumePath judges a folder of the host under a volume. The engine fills an empty one with what the image has there, as
// the host's root, so that none of a system folder can be one.
func (p *policy) volumePath(source string) *denial {
	reached, d := p.resolve(source)
	if d != nil {
		return d
	}
	if slices.ContainsFunc(slices.Concat(system, programs), func(folder string) bool { return within(reached, folder) }) {
		return deny(hostPaths, source+" (as a volume, which the engine may fill)")
	}
	return nil
}

// resolve follows a path to where it leads.
func (p *policy) resolve(source string) (string, *denial) {
	if !strings.HasPrefix(source, "/") || slices.Contains(strings.Split(source, "/"), "..") {
		return "", deny(hostPaths, source+" (give an absolute path without ..)")
	}
	if p.isHandover(path.Clean(source)) {
		return path.Clean(source), nil
	}
	if p.isClosed(path.Clean(source)) || p.isAbove(path.Clean(source)) {
		return "", deny(hostPaths, source)
	}
	reached, links := "/", 0
	for left := names(source); len(left) > 0; {
		here := path.Join(reached, left[0])
		left = left[1:]
		if p.isClosed(here) {
			return "", deny(hostPaths, source+" (leads to "+here+")")
		}
		target, err := p.readlink(here)
		switch {
		case err == nil:
			if links++; links > mostLinks {
				return "", deny(hostPaths, source+" (too many symbolic links)")
			}
			if strings.HasPrefix(target, "/") {
				reached = "/"
			}
			left = slices.Concat(names(target), left)
		case errors.Is(err, syscall.EINVAL):
			reached = here
		case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			return "", deny(hostPaths, source+" (not there; make it first)")
		default:
			return "", deny(hostPaths, source+" (this plugin has no access to "+here+", so it cannot tell where that leads)")
		}
	}
	if p.isAbove(reached) {
		return "", deny(hostPaths, source+" (leads to "+reached+")")
	}
	return reached, nil
}

// isHandover: whether a path is there, in a folder from which a file is handed to a container, with no symbolic link on
// the way. The folder itself is not: only root makes one, and who can list it would see what else is in it.
func (p *policy) isHandover(at string) bool {
	below, found := strings.CutPrefix(at, handover)
	if !found || !strings.Contains(below, "/") {
		return false
	}
	for here := at; here != "/run"; here = path.Dir(here) {
		if _, err := p.readlink(here); !errors.Is(err, syscall.EINVAL) {
			return false
		}
	}
	return true
}

// isClosed: whether a path is in a folder of which nothing can be mounted.
func (p *policy) isClosed(at string) bool {
	return slices.ContainsFunc(slices.Concat(closed, p.protected), func(folder string) bool { return within(at, folder) })
}

// isAbove: whether a path is a system folder, or has a system folder or a closed one in it.
func (p *policy) isAbove(at string) bool {
	return slices.ContainsFunc(slices.Concat(system, closed, p.protected), func(folder string) bool { return within(folder, at) })
}

// within: whether a path is the folder, or below it.
func within(at, folder string) bool {
	return at == folder || folder == "/" || strings.HasPrefix(at, folder+"/")
}

func names(of string) []string {
	return slices.DeleteFunc(strings.Split(of, "/"), func(name string) bool { return name == "" || name == "." })
}
