import assert from "node:assert/strict";
import { renderDaemonJson } from "../../components/host/daemon";
import { hostScripts, renderToolkit, toolkitFolder } from "../../components/toolkit/scripts";
import { engineFactsSchema } from "../../outputs/host";
import { parseOutput } from "../../outputs/parse";
import { sealed } from "../../transport/seal";
import { someSettings } from "../support/host";
import { TestHost } from "../support/stack";

/** What configure-engine.sh must leave alone where it refuses the host. */
const untouched = `cat /etc/subuid /etc/subgid; getent passwd dockremap; ls /etc/docker/daemon.json 2>&1
systemctl show -P ActiveEnterTimestampMonotonic docker`;

/** Lines of both files that nobody can make a range of, by what is wrong with them. */
const wrongLines: readonly [string, RegExp][] = [
    [
        "dockremap:1000:65536\n",
        /line 1 \(dockremap:1000:65536\) has ids of the users and services of the host/,
    ],
    ["dockremap:5000:10000\n", /line 1 \(dockremap:5000:10000\) has 10000 ids/],
    ["dockremap:0:65536\n", /has ids of the users and services/],
    [
        "dockremap:1000:1\ndockremap:500000:65536\n",
        /put line 1 \(dockremap:1000:1\) and line 2 \(dockremap:500000:65536\) one behind the other/,
    ],
    ["agent:231072:65536\ndockremap:231072:65536\n", /has ids of line 1 \(agent:231072:65536\)/],
    ["alice:100000\n", /line 1 \(alice:100000\) is not NAME:FIRST:COUNT/],
];

/** A host's own lines, and the first id of what is put behind them. */
const soundLines: readonly [string, number][] = [
    ["alice:100000:65536", 165536],
    ["containers:2147483647:2147483648\nalice:100000:65536\n", 165536],
];

for (const release of ["trixie", "bookworm"] as const) {
    describe(`the engine's steps on a host of ${release} that somebody configured`, () => {
        const host = new TestHost("ids", release, "10.213.83.0/29");
        const daemonJson = renderDaemonJson(someSettings().engine);

        /** Runs a step on the host as the program does. */
        const step = (words: string, input?: string) =>
            host.sh(
                input === undefined
                    ? `${toolkitFolder}/run.sh nothing ${words}`
                    : `cat > /run/input <<'END'\n${sealed(input)}\nEND\nhead -c -1 /run/input | ${toolkitFolder}/run.sh sealed ${words}`,
            );
        const configure = (accept = "no") => step(`configure-engine.sh no ${accept}`, daemonJson);
        const done = (ended: ReturnType<typeof step>): string => {
            assert.equal(ended.status, 0, ended.stderr);
            return ended.stdout;
        };
        const put = (text: string) => {
            host.read(`printf %s '${text}' > /etc/subuid; cp /etc/subuid /etc/subgid`);
        };
        const both = () => host.sh("cat /etc/subuid && echo -- && cat /etc/subgid").stdout;

        before(async () => {
            await host.up();
            host.read(renderToolkit(hostScripts(), "generation"));
        });

        after(() => {
            host.down();
        });

        it("refuse wrong subordinate ids before the first change, also before anything is installed", () => {
            // The engine has no part in it.
            for (const [text, said] of release === "trixie" ? wrongLines : wrongLines.slice(0, 1)) {
                put(text);
                const before = host.sh(untouched).stdout;
                for (const ended of [configure(), step("install-engine.sh yes off no")]) {
                    assert.equal(ended.status, 1, text);
                    assert.match(ended.stderr, said);
                    assert.match(ended.stderr, /Nothing was changed/);
                    assert.equal(host.sh(untouched).stdout, before, text);
                }
            }
        });

        it("name the flags of dockerd that daemon.json clashes with, before the engine is stopped", () => {
            const [unit, folder] = ["/etc/default/docker", "/etc/systemd/system/docker.service.d"];
            const flagged = (words: string, options: string) => {
                host.read(`mkdir -p ${folder}; echo "DOCKER_OPTS='${options}'" > ${unit}
printf '[Service]\\nEnvironmentFile=-${unit}\\nExecStart=\\nExecStart=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS ${words}\\n' > ${folder}/theirs.conf
systemctl daemon-reload`);
                const before = host.sh(untouched).stdout;
                const ended = configure();
                assert.equal(ended.status, 1);
                assert.equal(host.sh(untouched).stdout, before);
                return ended.stderr;
            };
            put("");
            assert.match(
                flagged("--icc=false", "--mtu 1450"),
                /'--icc=false' in \/etc\/systemd\/system\/docker\.service\.d\/theirs\.conf line 4 \(icc in daemon\.json\)/,
            );
            const others = flagged("", "--mtu 1450 --log-driver=syslog --userns-remap=agent");
            assert.match(
                others,
                /'--log-driver=syslog' in \/etc\/default\/docker line 1 \(log-driver in daemon/,
            );
            assert.match(others, /'--userns-remap=agent' in \/etc\/default\/docker line 1/);
            assert.match(
                flagged("--config-file /etc/docker/theirs.json", ""),
                /started with --config-file \/etc\/docker\/theirs\.json \(\S+theirs\.conf line 4\)/,
            );
            // Taken out, as it says; what does not clash stays.
            host.read(`echo "DOCKER_OPTS='--mtu 1450'" > ${unit}; sed -i 's/ --config-file .*//' ${folder}/theirs.conf
                systemctl daemon-reload`);
            done(configure());
            assert.match(host.read("tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline"), /--mtu 1450/);
            done(step("restore-engine.sh"));
            host.read(
                `rm -r ${unit} ${folder}; systemctl daemon-reload; systemctl reset-failed docker; systemctl restart docker`,
            );
        });

        it("name all that the switch would hide, of an engine that runs, is remapped in another way, or is stopped", () => {
            put("agent:231072:65536\n");
            host.read(`tar -c --files-from /dev/null | docker import - someones/image >/dev/null
                docker create --name idle someones/image /none >/dev/null
                docker volume create theirs >/dev/null; docker network create between >/dev/null
                mkdir -p /tmp/plugin/rootfs
                echo '{"description":"x","entrypoint":["/x"],"interface":{"types":["docker.volumedriver/1.0"],"socket":"x.sock"}}' > /tmp/plugin/config.json
                docker plugin create someones/plugin /tmp/plugin >/dev/null
                docker swarm init --advertise-addr 127.0.0.1 >/dev/null`);
            const all = [
                /1 containers \(\S+\): idle; 1 images \(\S+\): someones\/image:latest; 1 volumes \(\S+\): theirs; /,
                /1 networks: between; 1 plugins: someones\/plugin:latest; a swarm \(active, a manager\)\. /,
                /from \/var\/lib\/docker to \/var\/lib\/docker\/100000\.100000\. .*acceptHiddenImages/,
            ];
            const before = host.sh(untouched).stdout;
            const running = configure();
            assert.equal(running.status, 1);
            for (const part of all) {
                assert.match(running.stderr, part);
            }
            assert.equal(host.sh(untouched).stdout, before);

            host.read("docker swarm leave --force >/dev/null; systemctl stop docker.socket docker");
            const stopped = step("install-engine.sh yes off no");
            assert.match(
                stopped.stderr,
                /1 containers: idle; 1 images: someones\/image:latest; 1 volumes: theirs; 1 plugins: someones\/plugin:latest\. /,
            );
            assert.equal(host.sh("systemctl is-active docker").stdout.trim(), "inactive");
            assert.match(
                configure().stderr,
                /the engine gives no answer when it is asked for 'info --format'/,
            );
            host.read("systemctl reset-failed docker; systemctl start docker");
            host.read(
                "docker rm idle; docker volume rm theirs; docker rmi someones/image; docker network rm between; docker plugin rm someones/plugin",
            );

            host.read(`useradd --system --user-group agent; echo agent:231072:65536 > /etc/subuid; cp /etc/subuid /etc/subgid
                mkdir -p /etc/docker; echo '{"userns-remap": "agent:agent"}' > /etc/docker/daemon.json
                systemctl reset-failed docker; systemctl restart docker; docker volume create agents`);
            const other = step("configure-engine.sh yes no", daemonJson);
            assert.match(
                other.stderr,
                /1 volumes \(\S+\): agents\. .*from \/var\/lib\/docker\/231072\.231072 to \/var\/lib\/docker\/100000\.100000/,
            );
            assert.equal(host.read("cat /etc/docker/daemon.json"), '{"userns-remap": "agent:agent"}');
            host.read("systemctl stop docker.socket docker");
            assert.match(step("install-engine.sh yes off no").stderr, /1 volumes: agents\. .*231072\.231072/);
            // Accepted, hidden, and there again at the end.
            const accepted = step("install-engine.sh yes off yes");
            assert.match(accepted.stderr, /hides, and does not delete: 1 volumes: agents/);
            done(step("configure-engine.sh yes yes", daemonJson));
            assert.equal(host.read("docker volume ls -q"), "");
            done(step("restore-engine.sh"));
            assert.equal(host.read("docker volume ls -q"), "agents");
            host.read(
                "docker volume rm agents; rm /etc/docker/daemon.json; systemctl reset-failed docker; systemctl restart docker; userdel agent",
            );
        });

        it("put a range that is nobody's behind the lines of others, and take it away again to the byte", () => {
            for (const [text, first] of release === "trixie" ? soundLines : soundLines.slice(0, 1)) {
                put(text);
                const before = both();
                const { rootDir, remap } = parseOutput(
                    engineFactsSchema,
                    "configure-engine.sh",
                    done(configure()),
                );
                assert.equal(rootDir, `/var/lib/docker/${first}.${first}`);
                assert.deepEqual(remap, { user: "dockremap", uid: first, gid: first, size: 65536 });
                const after = `${text.trimEnd()}\ndockremap:${first}:65536\n`;
                assert.equal(both(), `${after}--\n${after}`);
                done(step("restore-engine.sh"));
                assert.equal(both(), before);
                assert.notEqual(host.sh("getent passwd dockremap").status, 0);
                assert.notEqual(host.sh("ls -d /var/lib/portcullis/engine").status, 0);
            }
        });

        it("take lines that are dockremap's alone as they are, with other numbers for groups too", () => {
            host.read("echo dockremap:300000:65536 > /etc/subuid; echo dockremap:400000:65536 > /etc/subgid");
            const before = both();
            const { rootDir } = parseOutput(engineFactsSchema, "configure-engine.sh", done(configure()));
            assert.equal(rootDir, "/var/lib/docker/300000.400000");
            done(step("place-file.sh /root/placed 0400 5", "text"));
            assert.equal(host.read("stat -c '%u %g' /root/placed"), "300005 400005");
            done(step("restore-engine.sh"));
            assert.equal(both(), before);
        });

        it("leave its ids to dockremap while a volume is kept that belongs to them, and take them again", () => {
            put("alice:100000:65536");
            const before = both();
            done(configure());
            host.read("docker volume create kept");
            const during = both();
            assert.match(step("restore-engine.sh").stderr, /stay, .*: kept/);
            assert.equal(both(), during);
            assert.equal(host.read("docker volume ls -q"), "");
            done(configure());
            assert.equal(host.read("docker volume ls -q"), "kept");
            host.read("docker volume rm kept");
            done(step("restore-engine.sh"));
            assert.equal(both(), before);
            assert.notEqual(host.sh("getent passwd dockremap").status, 0);
        });
    });
}
