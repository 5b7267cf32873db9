package main

import (
	"slices"
	"strings"

	"github.com/docker/docker/api/types/mount"
)

// mounts judges all that a container gets mounted, in each of the ways in which it can be said.
func (p *policy) mounts(c *hostConfig) *denial {
	if d := driver(c.VolumeDriver); d != nil {
		return d
	}
	for _, bind := range c.Binds {
		source, rest, _ := strings.Cut(bind, ":")
		_, mode, _ := strings.Cut(rest, ":")
		// A source that does not begin with a slash is the name of a volume.
		if strings.HasPrefix(source, "/") {
			if d := p.hostPath(source); d != nil {
				return d
			}
		}
		for _, word := range strings.Split(mode, ",") {
			if isShared(word) {
				return deny(propagation, "Binds "+word)
			}
		}
	}
	for _, one := range c.Mounts {
		if d := p.mount(one); d != nil {
			return d
		}
	}
	return nil
}

func (p *policy) mount(m mount.Mount) *denial {
	if m.BindOptions != nil && isShared(string(m.BindOptions.Propagation)) {
		return deny(propagation, "Mounts "+string(m.BindOptions.Propagation))
	}
	switch m.Type {
	case mount.TypeBind:
		return p.hostPath(m.Source)
	case mount.TypeVolume:
		if m.VolumeOptions != nil && m.VolumeOptions.DriverConfig != nil {
			return p.volume(m.VolumeOptions.DriverConfig.Name, m.VolumeOptions.DriverConfig.Options)
		}
		return nil
	case mount.TypeTmpfs, mount.TypeImage:
		return nil
	}
	return deny(volumeOptions, "a mount of type "+string(m.Type))
}

// driver: what another volume driver mounts cannot be seen from here.
func driver(name string) *denial {
	if name != "" && name != "local" {
		return deny(volumeOptions, "the volume driver "+name)
	}
	return nil
}

// volume judges the options that the driver `local` hands to mount(2).
func (p *policy) volume(driverName string, options map[string]string) *denial {
	if d := driver(driverName); d != nil {
		return d
	}
	for name := range options {
		if !slices.Contains([]string{"type", "o", "device", "size"}, name) {
			return deny(volumeOptions, "the option "+name)
		}
	}
	words := strings.Split(options["o"], ",")
	for _, word := range words {
		if isShared(word) {
			return deny(propagation, "the option "+word)
		}
	}
	switch {
	case slices.Contains(words, "remount"):
		return deny(volumeOptions, "the option remount")
	case slices.Contains(words, "bind"), slices.Contains(words, "rbind"):
		// With it the kernel looks at the device only, whatever the type says.
		return p.volumePath(options["device"])
	case slices.Contains([]string{"", "tmpfs", "nfs", "nfs4", "cifs"}, options["type"]):
		return nil
	}
	return deny(volumeOptions, "a volume of type "+options["type"])
}

func isShared(word string) bool {
	return word == "shared" || word == "rshared"
}
