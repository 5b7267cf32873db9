package policy

import (
	"slices"
	"strconv"
	"strings"
)

// Docker's defaults, the same in all engines since 20.10; a newer one only adds to the paths.
var (
	defaultCapabilities = strings.Fields(`AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE
		NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT`)
	defaultMasked = strings.Fields(`/proc/acpi /proc/asound /proc/kcore /proc/keys /proc/latency_stats /proc/sched_debug
		/proc/scsi /proc/timer_list /proc/timer_stats /sys/firmware`)
	defaultReadonly = strings.Fields(`/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger`)
	// Engines before 23 have the first two only.
	defaultRuntimes = []string{"runc", "io.containerd.runc.v2"}
)

// what makes a finding of what a judge found, and none of nothing.
func what(found string) []finding {
	if found == "" {
		return nil
	}
	return []finding{{what: found}}
}

// bad is a value of a kind that the engine cannot read there.
func bad(name string) []finding {
	return []finding{{rule: unreadable, what: name + " is not of the kind that it has to be"}}
}

// only lets a text pass that is empty or among those allowed; one of these that ends with a colon is a beginning.
func only(name string, allowed ...string) judge {
	return func(_ *request, value any) []finding {
		text, isText := word(value)
		if !isText {
			return bad(name)
		}
		return what(not(name, text, allowed...))
	}
}

// off lets false pass, and none.
func off(name string) judge {
	return func(_ *request, value any) []finding {
		isOn, isBool := value.(bool)
		switch {
		case !isBool:
			return bad(name)
		case isOn:
			return what(name)
		}
		return nil
	}
}

// none lets nothing pass, not even an empty one.
func none(name string) judge {
	return func(*request, any) []finding { return what(name) }
}

// each lets a list of texts pass, each of which is allowed.
func each(name string, isAllowed func(string) bool) judge {
	return func(_ *request, value any) []finding {
		texts, areTexts := words(value)
		if !areTexts {
			return bad(name)
		}
		return what(first(name, texts, isAllowed))
	}
}

// all lets a list pass that has each of the defaults; none keeps the engine's own.
func all(name string, defaults []string) judge {
	return func(_ *request, value any) []finding {
		texts, areTexts := words(value)
		if !areTexts {
			return bad(name)
		}
		return what(first(name+" without", defaults, func(path string) bool { return slices.Contains(texts, path) }))
	}
}

// notHost lets any network pass but the host's own.
func notHost(name string) judge {
	return func(_ *request, value any) []finding {
		text, isText := word(value)
		if !isText {
			return bad(name)
		}
		if text == "host" {
			return what(name + " host")
		}
		return nil
	}
}

func not(name, value string, allowed ...string) string {
	for _, one := range allowed {
		if value == one || strings.HasSuffix(one, ":") && strings.HasPrefix(value, one) {
			return ""
		}
	}
	if value == "" {
		return ""
	}
	return name + " " + value
}

// first finds the first value that is not allowed.
func first(name string, values []string, isAllowed func(string) bool) string {
	for _, value := range values {
		if !isAllowed(value) {
			return name + " " + value
		}
	}
	return ""
}

func isDefaultCapability(name string) bool {
	return slices.Contains(defaultCapabilities, strings.TrimPrefix(strings.ToUpper(name), "CAP_"))
}

// isSafeOption: a profile of one's own may be an empty one, and a label may be that of no confinement.
func isSafeOption(option string) bool {
	name, value, hasValue := strings.Cut(option, "=")
	if !hasValue {
		// The engine's older way to write it; it too looks for one only where there is no equals sign.
		name, value, hasValue = strings.Cut(option, ":")
	}
	switch {
	case !hasValue:
		return option == "no-new-privileges"
	case name == "no-new-privileges":
		on, err := strconv.ParseBool(value)
		return err == nil && on
	case name == "seccomp":
		return value == "builtin"
	case name == "apparmor":
		return value == "docker-default"
	case name == "label":
		return strings.HasPrefix(value, "level:")
	}
	return false
}

// Log drivers that write to files of the engine's own, or to the host's journal; empty is the engine's default.
var logDriverNames = strings.Fields(`none local json-file journald`)

// Options that say how much is kept, in what form, and what of the container's own is written with it: no place to write to.
var logOptions = strings.Fields(`cache-compress cache-disabled cache-max-file cache-max-size compress env env-regex labels
	labels-regex max-buffer-size max-file max-size mode tag`)

// logConfig judges driver and options together: without a driver the options are for the engine's default.
func logConfig(_ *request, value any) []finding {
	driver, isText := word(field(value, "Type"))
	given, areTexts := options(field(value, "Config"))
	if !isText || !areTexts {
		return bad("LogConfig")
	}
	if driver != "" && !slices.Contains(logDriverNames, driver) {
		return what("the log driver " + driver)
	}
	for name := range given {
		if !slices.Contains(logOptions, name) {
			return what("the log option " + name)
		}
	}
	return nil
}

// isPlainDevice: the engine looks at the path as the host's root, and its answer tells whether it is there.
func isPlainDevice(_ *request, value any) []finding {
	path, isText := word(value)
	switch {
	case !isText:
		return bad("Path")
	case path == "", strings.HasPrefix(path, "/dev/") && !slices.Contains(strings.Split(path, "/"), ".."):
		return nil
	}
	return what("Path " + path + " (give a device in /dev)")
}

// plainArguments: the engine runs the host's ps with these words, as the host's root.
func plainArguments(_ *request, value any) []finding {
	text, _ := word(value)
	for _, letter := range text {
		isLetter := letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9'
		if !isLetter && !strings.ContainsRune(" -,_=+:%", letter) {
			return what("ps_args " + text)
		}
	}
	return nil
}
