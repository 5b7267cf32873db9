import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { IdsHost, range } from "../../support/ids-host";

/** What an engine says to `docker KIND`; a kind that is not there has no answer. */
type Answers = Readonly<Record<string, string>>;

const empty: Answers = {
    ps: "",
    images: "",
    volume: "",
    network: "",
    plugin: "",
    info: "inactive",
    system: "Images\t0\t0B\nContainers\t0\t0B\nLocal Volumes\t0\t0B\nBuild Cache\t0\t0B",
};

describe("what the switch to user namespaces would hide", () => {
    let host: IdsHost;

    beforeEach(() => {
        host = new IdsHost();
        host.make({ subuid: "" });
        host.standIn("systemctl", "exit 1");
    });
    afterEach(() => {
        host.remove();
    });

    function answering(answers: Answers): void {
        const cases = Object.entries(answers).map(([kind, text]) => `${kind}) cat <<'END'\n${text}\nEND\n;;`);
        host.standIn("docker", `case $1 in ${cases.join("\n")}\n*) exit 1 ;; esac`);
    }

    const without = (kind: string): Answers =>
        Object.fromEntries(Object.entries(empty).filter(([other]) => other !== kind));
    const held = () => host.run(`holds=$(engine_holds ${host.file("data")}); printf %s "$holds"`);
    const onDisk = () => host.run(`disk_holds ${host.file("data")}`).stdout;
    const put = (name: string, text = "{}") => {
        fs.mkdirSync(path.dirname(host.file(name)), { recursive: true });
        fs.writeFileSync(host.file(name), text);
    };

    describe("of an engine that runs", () => {
        it("is nothing where it has nothing", () => {
            answering(empty);
            const ended = held();
            assert.equal(ended.status, 0, ended.stderr);
            assert.equal(ended.stdout, "");
        });

        it("is all of its kinds, with the sizes that are known", () => {
            answering({
                ps: "db (running)\nold",
                images: "redis:7\nredis:7\nabc123",
                volume: `data\n${"0123".repeat(16)}`,
                network: "ingress\nback\ndocker_gwbridge",
                plugin: "vendor/plugin:latest",
                info: "active, a manager",
                system: "Images\t2\t1.2GB\nContainers\t2\t3MB\nLocal Volumes\t2\t5GB\nBuild Cache\t12\t3GB",
            });
            assert.equal(
                held().stdout,
                "2 containers (3MB): db (running), old; 2 images (1.2GB): abc123, redis:7; " +
                    "2 volumes (5GB): data, 012301230123; 1 networks: back; 1 plugins: vendor/plugin:latest; " +
                    "a swarm (active, a manager); 12 parts of build cache (3GB); ",
            );
        });

        it("is told without sizes where those take too long, and clipped where there is much", () => {
            answering({
                ...without("system"),
                volume: Array.from({ length: 20 }, (_, index) => `v${index}`).join("\n"),
            });
            assert.equal(held().stdout, "20 volumes: v0, v1, v2, v3, v4, v5, v6, v7 and 12 more; ");
        });

        it("is the state of a swarm that is not active, too", () => {
            answering(empty);
            put("data/swarm/docker-state.json");
            assert.equal(held().stdout, "a swarm (inactive, but its state is there); ");
        });

        it("is an error, and not nothing, where the engine gives no answer to any of the questions", () => {
            for (const kind of ["ps", "images", "volume", "network", "plugin", "info"]) {
                answering(without(kind));
                const ended = held();
                assert.equal(ended.status, 1, kind);
                assert.match(ended.stderr, new RegExp(`when it is asked for '${kind} .*nothing was changed`));
            }
            // A client that ends well all the same.
            answering({ ...empty, info: "" });
            assert.equal(held().status, 1);
        });
    });

    describe("of an engine that does not run", () => {
        it("is what is in its folder", () => {
            assert.equal(onDisk(), "");
            put(
                "data/containers/1/config.v2.json",
                '{"ID":"1","Name":"/db","MountPoints":{"/d":{"Name":"data"}}}',
            );
            put(
                "data/image/overlay2/repositories.json",
                '{"Repositories":{"h:5000/a":{"h:5000/a:1":"sha256:0","h:5000/a@sha256:1":"sha256:0"},"b":{"b:latest":"sha256:2"}}}',
            );
            put("data/volumes/metadata.db");
            put("data/volumes/theirs/_data/file");
            put("data/plugins/1/config.json", '{"plugin":{"Name":"vendor/plugin:latest"}}');
            put("data/swarm/docker-state.json");
            assert.equal(
                onDisk(),
                "1 containers: db; 2 images: b:latest, h:5000/a:1; 1 volumes: theirs; 1 plugins: vendor/plugin:latest; a swarm (its state is there); ",
            );
        });

        const stopped = (accept = "no") => {
            host.standIn("pidof", "exit 1");
            return host.run(`check_ids; refuse_hidden_of_stopped ${accept}`);
        };

        it("is refused, or told where it is accepted", () => {
            put("data/volumes/theirs/_data/file");
            const refused = stopped();
            assert.equal(refused.status, 1);
            assert.match(
                refused.stderr,
                /would hide .*1 volumes: theirs\. .* to \S+\/data\/100000\.100000\./,
            );
            const accepted = stopped("yes");
            assert.equal(accepted.status, 0);
            assert.match(accepted.stderr, /hides, and does not delete: 1 volumes: theirs/);
            put("kept/ours", "");
            assert.deepEqual([stopped().status, stopped().stderr], [0, ""]);
        });

        it("is looked for in the folder that a flag of dockerd names", () => {
            put("elsewhere/volumes/theirs/_data/file");
            for (const flag of ["--data-root ", "--data-root=", "--graph ", "--graph=", "-g "]) {
                const words = `/usr/bin/dockerd -H fd:// ${flag}${host.file("elsewhere")} --debug`;
                host.standIn(
                    "systemctl",
                    `[ "$3" != ExecStart ] || echo '{ path=/usr/bin/dockerd ; argv[]=${words} ; ignore_errors=no ; }'`,
                );
                const { status, stderr } = stopped();
                assert.equal(status, 1, flag);
                assert.match(
                    stderr,
                    /1 volumes: theirs\. .* from \S+\/elsewhere to \S+\/elsewhere\/100000\.100000\./,
                );
            }
        });

        it("is looked for in another remapped folder where the engine is remapped, and not in its folder to come", () => {
            put("data/231072.231072/volumes/agents/_data/file");
            put("data/100000.100000/volumes/ours/_data/file");
            assert.equal(stopped().status, 0);
            put("daemon.json", JSON.stringify({ "data-root": host.file("data"), "userns-remap": "agent" }));
            assert.match(stopped().stderr, /1 volumes: agents\. .* from \S+231072\.231072 to/);
            host.make({ subuid: range(231072) });
            put("daemon.json", JSON.stringify({ "data-root": host.file("data"), "userns-remap": "default" }));
            assert.match(stopped().stderr, /1 volumes: ours\. .* from \S+100000\.100000 to/);
        });
    });
});
