import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { renderDaemonJson } from "../../../components/host/daemon";
import { someSettings } from "../../support/host";
import { IdsHost } from "../../support/ids-host";

describe("the flags of dockerd beside daemon.json", () => {
    let host: IdsHost;

    const put = (name: string, text: string): string => {
        fs.mkdirSync(path.dirname(host.file(name)), { recursive: true });
        fs.writeFileSync(host.file(name), text);
        return host.file(name);
    };

    /** Gives the host a unit as `systemctl show` tells it, with the files that it comes from. */
    function unit(words: string, { environment = "", file = "" } = {}): void {
        const start = `[Service]\n# ExecStart=/usr/sbin/dockerd --icc=true\nExecStart=/usr/sbin/dockerd ${words}\n`;
        const shown = {
            ExecStart: `{ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd${words === "" ? "" : ` ${words}`} ; ignore_errors=no ; start_time=[n/a] }`,
            FragmentPath: put("docker.service", "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"),
            DropInPaths: put("docker.service.d/more.conf", start),
            Environment: environment,
            EnvironmentFiles: `${put("default", file)} (ignore_errors=yes)`,
        };
        const cases = Object.entries(shown).map(([name, value]) => `${name}) echo '${value}' ;;`);
        host.standIn("systemctl", `case $3 in ${cases.join("\n")} esac`);
    }

    beforeEach(() => {
        host = new IdsHost();
        put("new.json", renderDaemonJson(someSettings().engine));
        // An engine that has no check of its own.
        host.standIn("dockerd", "echo usage");
    });
    afterEach(() => {
        host.remove();
    });

    const flags = () => host.run("engine_flags").stdout.split("\n").slice(0, -1);
    const check = () =>
        host.run(`refuse_other_file /etc/docker/daemon.json; refuse_clashes ${host.file("new.json")}`);

    it("are those of the unit, with the values of its variables", () => {
        unit("");
        assert.deepEqual(flags(), []);
        unit("-H fd:// --containerd=/run/c.sock $DOCKER_OPTS ${MORE} $NONE", {
            environment: '"DOCKER_OPTS=--debug --ip 10.0.0.1" MORE=--experimental',
        });
        assert.deepEqual(flags(), [
            "-H",
            "fd://",
            "--containerd=/run/c.sock",
            "--debug",
            "--ip",
            "10.0.0.1",
            "--experimental",
        ]);
        unit("$DOCKER_OPTS", {
            environment: "DOCKER_OPTS=--debug",
            file: '# DOCKER_OPTS=--a\nDOCKER_OPTS="--icc=false  --mtu 1400"\n',
        });
        assert.deepEqual(flags(), ["--icc=false", "--mtu", "1400"]);
    });

    it("pass where daemon.json has none of them", () => {
        unit("-H fd:// --containerd=/run/containerd/containerd.sock --data-root /srv --mtu=1400");
        assert.deepEqual([check().status, check().stderr], [0, ""]);
    });

    const clashes: readonly [string, string, string][] = [
        ["--icc=false", "icc", "--icc=false"],
        ["--userns-remap=agent:agent", "userns-remap", "--userns-remap=agent:agent"],
        ["--log-driver syslog", "log-driver", "--log-driver"],
        ["--log-opt max-size=1m", "log-opts", "--log-opt"],
        ["-l debug", "log-level", "-l"],
        ["--default-ulimit=nofile=1:2", "default-ulimits", "--default-ulimit=nofile=1:2"],
    ];
    for (const [words, key, flag] of clashes) {
        it(`are refused, with file and line: ${words}`, () => {
            unit(`-H fd:// ${words}`);
            const { status, stderr } = check();
            assert.equal(status, 1);
            const place = `'${flag}' in ${host.file("docker.service.d/more.conf")} line 3 (${key} in daemon.json)`;
            assert.ok(stderr.includes(place), stderr);
            assert.match(stderr, /nothing was changed/);
        });
    }

    it("are refused in the file of the unit's variables", () => {
        unit("-H fd:// $DOCKER_OPTS", { file: "\nDOCKER_OPTS='--live-restore'\n" });
        assert.ok(
            check().stderr.includes(`'--live-restore' in ${host.file("default")} line 2 (live-restore`),
        );
    });

    it("are refused where they name another daemon.json", () => {
        for (const words of ["--config-file=/etc/other.json", "--config-file /etc/other.json"]) {
            unit(`-H fd:// ${words}`);
            const { status, stderr } = check();
            assert.equal(status, 1);
            assert.match(stderr, /started with --config-file \/etc\/other\.json \(\S+more\.conf line 3\)/);
        }
        unit("--config-file /etc/docker/daemon.json");
        assert.equal(check().status, 0);
    });

    it("are judged by the engine's own check where it has one, with all words but those of the file", () => {
        const answer = (end: string) => {
            host.standIn(
                "dockerd",
                `[ "$*" != --help ] || { echo "  --validate"; exit; }; printf '%s\\n' "$@" >${host.file("asked")}; cp ${host.file("new.json.check")} ${host.file("seen")}; ${end}`,
            );
        };
        answer("echo configuration OK");
        unit("--icc=false --config-file /etc/docker/daemon.json --ip 10.0.0.1");
        assert.deepEqual([check().status, check().stderr], [0, ""]);
        assert.deepEqual(host.text("asked")?.split("\n").slice(0, -1), [
            "--icc=false",
            "--ip",
            "10.0.0.1",
            "--validate",
            "--config-file",
            host.file("new.json.check"),
        ]);
        assert.match(host.text("seen") ?? "", /"userns-remap": ""/);
        assert.equal(host.text("new.json.check"), undefined);
        answer("echo specified both as a flag: icc >&2; exit 1");
        assert.match(
            check().stderr,
            /'--icc=false' in \S+ line 3 \(icc in .*The engine says: specified both/,
        );
        unit("--ip 10.0.0.1");
        answer("echo invalid ip >&2; exit 1");
        assert.match(
            check().stderr,
            /the engine refuses the new daemon\.json: invalid ip\. Correct portcullis:engine/,
        );
    });
});
