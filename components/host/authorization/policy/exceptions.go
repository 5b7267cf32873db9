package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// An Exception lets one thing through that a rule denies, for as long as somebody answers for it.
type Exception struct {
	Rule string `json:"rule"`
	// Exactly one of them: the digest or id of an image (sha256:…), or the whole name of a container, volume or network.
	Image string `json:"image,omitempty"`
	Name  string `json:"name,omitempty"`
	// Who answers for it, and why it is needed.
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
	// The last day on which it holds, as 2027-01-31, in UTC.
	Until string `json:"until"`
}

// ReadExceptions reads what the settings except from the rules: a JSON list.
func ReadExceptions(from io.Reader) ([]Exception, error) {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	read := []Exception{}
	if err := decoder.Decode(&read); err != nil {
		return nil, fmt.Errorf("no list of exceptions: %w", err)
	}
	for at, one := range read {
		if err := one.check(); err != nil {
			return nil, fmt.Errorf("exception %d: %w", at, err)
		}
	}
	return read, nil
}

func (e *Exception) check() error {
	switch {
	case !slices.Contains(Exceptable(), e.Rule):
		return fmt.Errorf("rule %q: nothing can be excepted from it", e.Rule)
	case (e.Image == "") == (e.Name == ""):
		return errors.New("give exactly one of image and name")
	case e.Image != "" && !strings.HasPrefix(e.Image, "sha256:"):
		return fmt.Errorf("image %q: give its digest, sha256:…", e.Image)
	case e.Owner == "" || e.Reason == "":
		return errors.New("give an owner and a reason")
	}
	_, err := time.Parse(time.DateOnly, e.Until)
	return err
}

// holds: whether it is not over yet.
func (e *Exception) holds(now time.Time) bool {
	last, err := time.Parse(time.DateOnly, e.Until)
	return err == nil && now.Before(last.AddDate(0, 0, 1))
}

// Exceptable lists the rules from which something may be excepted.
func Exceptable() []string {
	ids := []string{}
	for _, one := range rules {
		if one.mayExcept {
			ids = append(ids, one.id)
		}
	}
	return ids
}

// unexcepted is the first denial that no exception takes away. An exception that is over takes nothing away, and says so.
func (p *Policy) unexcepted(r *request, denials []*denial) *denial {
	if len(denials) == 0 {
		return nil
	}
	names, image := r.subject()
	used := []string{}
	for _, d := range denials {
		e := p.exception(d.rule, names, image)
		if e == nil {
			return d
		}
		if !e.holds(p.now()) {
			p.log.Printf("the exception of %s from the rule %s was until %s", e.Owner, e.Rule, e.Until)
			return deny(d.rule, d.found+" (the exception of "+e.Owner+" was until "+e.Until+")")
		}
		used = append(used, fmt.Sprintf("rule %s (%s)", e.Rule, e.Owner))
	}
	p.log.Printf("excepted %q %q: %s", r.method, r.path, strings.Join(used, ", "))
	return nil
}

// exception finds one for a rule; one that holds, where there are several.
func (p *Policy) exception(of *rule, names []string, image string) *Exception {
	var over *Exception
	for at := range p.exceptions {
		e := &p.exceptions[at]
		isIt := e.Image != "" && e.Image == image || e.Name != "" && slices.Contains(names, e.Name)
		if !of.mayExcept || e.Rule != of.id || !isIt {
			continue
		}
		if e.holds(p.now()) {
			return e
		}
		over = e
	}
	return over
}

// subject is what a request is about: the exact names in it, and the digest of the image that it names by one.
func (r *request) subject() (names []string, image string) {
	parts := strings.SplitN(strings.TrimPrefix(r.path, "/"), "/", 3)
	switch {
	case r.path == "/containers/create":
		text, _ := word(field(r.body, "Image"))
		if at := strings.LastIndex("@"+text, "@sha256:"); at >= 0 {
			image = ("@" + text)[at+1:]
		}
		names = []string{r.query.Get("name")}
	case r.path == "/volumes/create", r.path == "/networks/create":
		text, _ := word(field(r.body, "Name"))
		names = []string{text}
	case len(parts) == 3 && slices.Contains([]string{"containers", "networks"}, parts[0]):
		names = []string{parts[1]}
	}
	return slices.DeleteFunc(slices.Clone(names), func(one string) bool { return one == "" }), image
}

// String is for the log at the start.
func (e Exception) String() string {
	return fmt.Sprintf("rule %s for %s%s until %s: %s (%s)", e.Rule, e.Image, e.Name, e.Until, e.Reason, e.Owner)
}
