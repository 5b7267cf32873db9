package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
)

// Requests are read with the engine's own types by the engine's own decoder, which takes names in any case.

type resources = container.Resources

// hostConfig is the engine's, and what newer engines added. A field that is in neither is an error.
type hostConfig struct {
	container.HostConfig
	Umask *uint32
}

var errUnknownOption = errors.New("unknown option")

func (c *hostConfig) UnmarshalJSON(data []byte) error {
	type plain hostConfig
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode((*plain)(c))
	if err != nil && strings.HasPrefix(err.Error(), "json: unknown field ") {
		return errors.Join(errUnknownOption, err)
	}
	return err
}

// createRequest is the body of POST /containers/create. Engines before 28 also take the fields of the host's
// configuration one level up, where there is no HostConfig.
type createRequest struct {
	*container.Config
	Inner            *hostConfig `json:"HostConfig"`
	Cpuset           string
	NetworkingConfig *network.NetworkingConfig
	*container.HostConfig
}

type (
	execRequest   = container.ExecOptions
	updateRequest = container.UpdateConfig
	volumeRequest = volume.CreateOptions
)

// decode reads exactly one JSON object in which no name comes twice. Some engines leave unread what comes after the
// first object, and versions of the decoder differ in what a second value of the same name leaves of the first.
func decode(body []byte, into any) *denial {
	decoder := json.NewDecoder(bytes.NewReader(body))
	err := decoder.Decode(into)
	if errors.Is(err, errUnknownOption) {
		_, name, _ := strings.Cut(err.Error(), "unknown field ")
		return deny(unknownOption, name)
	}
	if err != nil {
		// Not the decoder's own words: they can hold a value.
		return deny(unreadable, "a body that is missing, too large or no such JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return deny(unreadable, "more than one JSON value")
	}
	if name := twin(json.NewDecoder(bytes.NewReader(body)), ""); name != "" {
		return deny(unreadable, name+", which comes twice")
	}
	return nil
}

// Fields whose names are the user's, so that they may differ in case alone.
var maps = strings.Fields(`Annotations Config DriverOpts EndpointsConfig ExposedPorts Labels Options PortBindings StorageOpt
	Sysctls Tmpfs Volumes`)

// twin finds a name that comes twice in one object of well-formed JSON, in whatever case; parent is the object's own.
func twin(decoder *json.Decoder, parent string) string {
	token, err := decoder.Token()
	if err != nil {
		return ""
	}
	switch token {
	case json.Delim('['):
		for decoder.More() {
			if name := twin(decoder, parent); name != "" {
				return name
			}
		}
	case json.Delim('{'):
		isMap := slices.ContainsFunc(maps, func(name string) bool { return strings.EqualFold(name, parent) })
		seen := map[string]bool{}
		for decoder.More() {
			key, _ := decoder.Token()
			name, _ := key.(string)
			folded := name
			if !isMap {
				folded = strings.Map(foldRune, name)
			}
			if seen[folded] {
				return name
			}
			seen[folded] = true
			if found := twin(decoder, name); found != "" {
				return found
			}
		}
	default:
		return ""
	}
	_, _ = decoder.Token() // the closing bracket
	return ""
}

// foldRune gives all letters that differ in case alone the same rune, as the decoder of encoding/json does.
func foldRune(letter rune) rune {
	for {
		next := unicode.SimpleFold(letter)
		if next <= letter {
			return next
		}
		letter = next
	}
}
