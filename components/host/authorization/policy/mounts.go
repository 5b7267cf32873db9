package policy

import (
	"slices"
	"strconv"
	"strings"
)

// binds judges what is written as SOURCE:TARGET:MODE.
func binds(r *request, value any) []finding {
	texts, areTexts := words(value)
	if !areTexts {
		return bad("Binds")
	}
	found := []finding{}
	for _, bind := range texts {
		source, rest, _ := strings.Cut(bind, ":")
		_, mode, _ := strings.Cut(rest, ":")
		// A source that does not begin with a slash is the name of a volume.
		if strings.HasPrefix(source, "/") {
			found = append(found, r.policy.hostPath(source)...)
		}
		for _, one := range strings.Split(mode, ",") {
			if isShared(one) {
				found = append(found, finding{rule: propagation, what: "Binds " + one})
			}
		}
	}
	return found
}

// mount judges one of the mounts that are written as objects.
func mount(r *request, value any) []finding {
	kind, isText := word(field(value, "Type"))
	source, isPath := word(field(value, "Source"))
	if !isText || !isPath {
		return bad("Mounts")
	}
	switch kind {
	case "bind":
		return r.policy.hostPath(source)
	case "volume":
		driver := field(field(value, "VolumeOptions"), "DriverConfig")
		return localVolume(field(driver, "Name"), field(driver, "Options"))
	case "tmpfs":
		return nil
	case "image":
		return []finding{{rule: imageMounts, what: "the image " + source}}
	}
	return []finding{{rule: volumeOptions, what: "a mount of type " + strconv.Quote(kind)}}
}

// What a volume in memory may be told; the kernel reads each word, and takes `bind` whatever the type says.
var memoryOptions = strings.Fields(`gid mode nr_blocks nr_inodes size uid noatime nodev nodiratime noexec nosuid relatime ro rw`)

// localVolume judges the options that the driver `local` hands to mount(2). Only memory is let through: the engine fills
// an empty volume from the image as the host's root, device nodes included, and gives its folder to the containers' root.
// So a folder of the host must not be one, and a share of the network would be mounted from the host's own addresses.
func localVolume(driver, opts any) []finding {
	name, isText := word(driver)
	given, areTexts := options(opts)
	if !isText || !areTexts {
		return bad("the volume's options")
	}
	// What another driver mounts cannot be seen from here.
	found := not("the volume driver", name, "local")
	if found == "" {
		found = notInMemory(given)
	}
	if found == "" {
		return nil
	}
	return []finding{{rule: volumeOptions, what: found}}
}

func notInMemory(given map[string]string) string {
	for name := range given {
		if !slices.Contains([]string{"type", "o", "device", "size"}, name) {
			return "the option " + name
		}
	}
	if given["type"] == "" && given["device"] == "" && given["o"] == "" {
		return ""
	}
	for _, one := range strings.Split(given["o"], ",") {
		name, _, _ := strings.Cut(one, "=")
		if one != "" && !slices.Contains(memoryOptions, name) {
			return "the option " + name
		}
	}
	if given["type"] != "tmpfs" {
		return "a volume of type " + strconv.Quote(given["type"])
	}
	return ""
}

func shared(_ *request, value any) []finding {
	text, isText := word(value)
	if !isText {
		return bad("Propagation")
	}
	if isShared(text) {
		return []finding{{rule: propagation, what: "Mounts " + text}}
	}
	return nil
}

func isShared(one string) bool {
	return one == "shared" || one == "rshared"
}
