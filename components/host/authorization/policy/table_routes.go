package policy

import "strings"

// Why whole routes are allowed.
const (
	reads   = "reads what the engine knows"
	runs    = "moves a container between states, with what it was given when it was made"
	removes = "takes something away; the host's own files are not touched"
	engines = "from registries; the host's firewall keeps the engine from the host's own addresses"
)

var routes = build(table())

// rules holds all rules, for the documentation.
var rules = []*rule{
	unknownRequest, unknownOption, unreadable, formBody, oldAPI, checkpoints, plugins, swarm, debug, archive, privileged, hostUser, hostPid,
	hostNetwork, hostIpc, hostUts, hostCgroup, cgroupParent, runtimes, capabilities, devices, securityOptions, hiddenPaths, hostPaths,
	propagation, volumeOptions, imageMounts, annotations, logDrivers, networkDrivers, networkOptions, hostAddresses, remoteContexts,
}

// table has a line for every route of the engines from 20.10 to 29, every option in an address, and every field of a body.
// The file testdata/surface.json, which is read from the engine's sources, says what there is.
func table() []*route {
	return flatten(
		[]*route{
			{name: "POST /containers/create", body: needsBody, lines: createLines(), also: "HostConfig"},
			{name: "POST /containers/*/exec", body: needsBody, lines: execLines()},
			{name: "POST /exec/*/start", body: mayHaveBody, lines: execStartLines()},
			{name: "POST /containers/*/update", body: needsBody, lines: updateLines()},
			{name: "POST /volumes/create", body: needsBody, lines: volumeLines()},
			{name: "POST /networks/create", body: needsBody, lines: networkLines()},
			{name: "POST /networks/host/connect", rule: hostNetwork},
			{name: "POST /networks/*/connect", body: needsBody, lines: connectLines()},
			{name: "POST /networks/*/disconnect", body: mayHaveBody, lines: join([]line{{at: "", why: removes}}, allowed("the container", "Container Force"))},
			{name: "POST /build", lines: buildLines()},
			{name: "POST /images/create", lines: pullLines()},
			{name: "POST /commit", body: mayHaveBody, lines: join([]line{{at: "", why: "makes an image of a container's own files"}}, configLines(),
				allowed("what the image is called, and says", "?author ?changes ?comment ?container ?pause ?repo ?tag"))},
			{name: "POST /auth", lines: join([]line{{at: "", why: "asks a registry whether a password is right"}},
				allowed("the engine shows no plugin this body", "auth email identitytoken password registrytoken serveraddress username"))},
			{name: "POST /containers/*/start", lines: []line{{at: "", why: runs},
				{at: "?checkpoint", rule: checkpoints, denied: []string{"c"}}, {at: "?checkpoint-dir", rule: checkpoints, denied: []string{"/etc"}},
				{at: "?detachKeys", why: "as with attach; no engine reads it"}}},
			{name: "GET /containers/*/top", lines: []line{{at: "", why: "runs the host's ps, and shows what belongs to the container"},
				{at: "?ps_args", rule: unknownOption, judge: plainArguments, why: "letters, digits and -,_=+:% as ps knows them", denied: []string{"-eo pid,cmd >/x", "`id`"}}}},
		},
		same(inside, `POST /containers/*/attach ?detachKeys ?logs ?stderr ?stdin ?stdout ?stream ?hijack`,
			`GET /containers/*/attach/ws ?detachKeys ?logs ?stderr ?stdin ?stdout ?stream`),
		same(runs, `POST /containers/*/kill ?signal`, `POST /containers/*/pause`, `POST /containers/*/resize ?h ?w`,
			`POST /containers/*/restart ?signal ?t`, `POST /containers/*/stop ?signal ?t`, `POST /containers/*/unpause`,
			`POST /containers/*/wait ?condition`, `POST /exec/*/resize ?h ?w`),
		same("gives a container another name", `POST /containers/*/rename ?name`),
		same(removes, `POST /containers/prune ?filters`, `POST /images/prune ?filters`, `POST /networks/prune ?filters`, `POST /volumes/prune ?filters`,
			`POST /build/prune ?all ?filters ?keep-storage ?max-used-space ?min-free-space ?reserved-space`, `POST /build/cancel ?id`,
			`DELETE /containers/* ?force ?link ?v`, `DELETE /images/* ?force ?noprune ?platforms`, `DELETE /networks/*`, `DELETE /volumes/* ?force`,
			`DELETE /configs/*`, `DELETE /secrets/*`, `DELETE /services/*`, `DELETE /nodes/* ?force`, `POST /swarm/leave ?force`),
		same("unpacks an image behind the user namespace, as a pull does", `POST /images/load ?platform ?quiet`),
		same(engines, `POST /images/*/push ?platform ?tag`, `GET /distribution/*/json`, `GET /images/search ?filters ?limit ?term`),
		same(kept, `POST /images/*/tag ?repo ?tag`),
		same("builds by BuildKit, which no plugin sees: builder.Entitlements of daemon.json holds what they may ask for", `POST /grpc`, `POST /session`),
		readRoutes(), deniedRoutes())
}

func readRoutes() []*route {
	return same(reads,
		`GET /_ping`, `HEAD /_ping`, `OPTIONS /*`, `GET /info`, `GET /version`, `GET /events ?filters ?since ?until`, `GET /system/df ?type ?verbose`,
		`GET /containers/json ?all ?before ?filters ?limit ?since ?size`, `GET /containers/*/json ?size`, `GET /containers/*/changes`,
		`GET /containers/*/export`, `GET /containers/*/logs ?details ?follow ?format ?since ?stderr ?stdout ?tail ?timestamps ?until`,
		`GET /containers/*/stats ?one-shot ?stream`, `GET /exec/*/json`,
		// Tells of a path only that it is there: an answer without a body could not say why it was denied.
		`HEAD /containers/*/archive ?path`,
		`GET /images/json ?all ?filter ?filters ?identity ?manifests ?shared-size`, `GET /images/*/json ?manifests ?platform`, `GET /images/*/history ?platform`,
		`GET /images/get ?names ?platform`, `GET /images/*/get ?names ?platform`, `GET /images/*/attestations ?platform ?statement ?type`,
		`GET /networks ?filters`, `GET /networks/ ?filters`, `GET /networks/* ?scope ?verbose`, `GET /volumes ?filters`, `GET /volumes/*`,
		`GET /plugins ?filters`, `GET /plugins/*/json`,
		`GET /configs ?filters`, `GET /configs/*`, `GET /nodes ?filters`, `GET /nodes/*`, `GET /secrets ?filters`, `GET /secrets/*`,
		`GET /services ?filters ?status`, `GET /services/* ?insertDefaults`, `GET /services/*/logs ?details ?follow ?since ?stderr ?stdout ?tail ?timestamps`,
		`GET /swarm`, `GET /tasks ?filters`, `GET /tasks/*`, `GET /tasks/*/logs ?details ?follow ?since ?stderr ?stdout ?tail ?timestamps`)
}

func deniedRoutes() []*route {
	return flatten(
		refused(archive, "GET /containers/*/archive", "PUT /containers/*/archive", "POST /containers/*/copy"),
		refused(checkpoints, "GET /containers/*/checkpoints", "POST /containers/*/checkpoints", "DELETE /containers/*/checkpoints/*"),
		refused(plugins, "GET /plugins/privileges", "POST /plugins/pull", "POST /plugins/create", "POST /plugins/*/enable", "POST /plugins/*/disable",
			"POST /plugins/*/set", "POST /plugins/*/upgrade", "POST /plugins/*/push", "DELETE /plugins/*"),
		refused(swarm, "POST /swarm/init", "POST /swarm/join", "POST /swarm/unlock", "POST /swarm/update", "GET /swarm/unlockkey", "POST /services/create",
			"POST /services/*/update", "POST /nodes/*/update", "POST /configs/create", "POST /configs/*/update", "POST /secrets/create",
			"POST /secrets/*/update", "PUT /volumes/*"),
		refused(debug, "GET /debug/*"))
}

// same makes routes that are allowed for one reason, each with the options of its address after it.
func same(why string, names ...string) []*route {
	made := []*route{}
	for _, one := range names {
		parts := strings.Fields(one)
		lines := []line{{at: "", why: why}}
		for _, option := range parts[2:] {
			lines = append(lines, line{at: option, why: "as the route"})
		}
		made = append(made, &route{name: parts[0] + " " + parts[1], lines: lines})
	}
	return made
}

func refused(r *rule, names ...string) []*route {
	made := []*route{}
	for _, one := range names {
		made = append(made, &route{name: one, rule: r})
	}
	return made
}

func flatten(parts ...[]*route) []*route {
	all := []*route{}
	for _, one := range parts {
		all = append(all, one...)
	}
	return all
}
