package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"
)

// A body is read into values of its own, not into the engine's types: the table says which names there are, and each has
// to be in it. A value is nil, bool, json.Number, string, list or object.
type (
	list   = []any
	object []member
	member struct {
		name string
		// The name as the engine's decoder compares it, which takes names in any case.
		folded string
		value  any
	}
)

var errTwice = errors.New("a name comes twice")

// parse reads exactly one JSON value in which no object has one name twice. Some engines leave unread what comes after
// the first value, and versions of the decoder differ in what a second value of the same name leaves of the first.
func parse(body []byte) (any, error) {
	if !json.Valid(body) {
		return nil, errors.New("no JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	value, err := parseValue(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

func parseValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		return parseList(decoder)
	case json.Delim('{'):
		return parseObject(decoder)
	}
	return token, nil
}

func parseList(decoder *json.Decoder) (any, error) {
	values := list{}
	for decoder.More() {
		value, err := parseValue(decoder)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	_, err := decoder.Token() // the closing bracket
	return values, err
}

func parseObject(decoder *json.Decoder) (any, error) {
	members := object{}
	seen := map[string]bool{}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if seen[name] {
			return nil, errTwice
		}
		seen[name] = true
		value, err := parseValue(decoder)
		if err != nil {
			return nil, err
		}
		members = append(members, member{name, fold(name), value})
	}
	_, err := decoder.Token() // the closing bracket
	return members, err
}

// fold gives names that differ in case alone the same letters, as the decoder of encoding/json does.
func fold(name string) string { return strings.Map(foldRune, name) }

func foldRune(letter rune) rune {
	for {
		next := unicode.SimpleFold(letter)
		if next <= letter {
			return next
		}
		letter = next
	}
}

// field is what an object has under a name, in whatever case; nil where it has nothing.
func field(of any, name string) any {
	members, _ := of.(object)
	folded := fold(name)
	for _, one := range members {
		if one.folded == folded {
			return one.value
		}
	}
	return nil
}

// isEmpty: whether a value is what the engine has without it.
func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case json.Number:
		number, err := value.Float64()
		return err == nil && number == 0
	case list:
		return len(value) == 0
	case object:
		return len(value) == 0
	}
	return false
}

// word is a text; null is the empty one. Anything else is an error for the engine, and for this plugin.
func word(value any) (string, bool) {
	if value == nil {
		return "", true
	}
	text, isText := value.(string)
	return text, isText
}

// words is a list of texts. Some fields may be one text instead; the engine splits none of them.
func words(value any) ([]string, bool) {
	switch value := value.(type) {
	case nil:
		return nil, true
	case string:
		return []string{value}, true
	case list:
		texts := []string{}
		for _, one := range value {
			text, isText := word(one)
			if !isText {
				return nil, false
			}
			texts = append(texts, text)
		}
		return texts, true
	}
	return nil, false
}

// options is a map of texts, with names of the user's own.
func options(value any) (map[string]string, bool) {
	if value == nil {
		return nil, true
	}
	members, isObject := value.(object)
	texts := map[string]string{}
	for _, one := range members {
		text, isText := word(one.value)
		if !isText {
			return nil, false
		}
		texts[one.name] = text
	}
	return texts, isObject
}
