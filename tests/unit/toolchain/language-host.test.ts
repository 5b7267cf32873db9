import assert from "node:assert/strict";
import { credentials, status } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    AnalyzeRequest,
    type AnalyzerInfo,
    AnalyzerStackConfigureRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { version } from "@pulumi/pulumi/version";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageHost, call } from "./language-host-process";

describe("language host", () => {
    let host: LanguageHost;

    before(async () => {
        host = new LanguageHost();
        await host.start();
    });
    afterEach(() => {
        host.forget();
    });
    after(() => host.stop());

    it("runs a TypeScript program with its configuration, and says which settings are secret", async () => {
        host.put(
            "index.ts",
            `import * as pulumi from "@pulumi/pulumi";
             const config = new pulumi.Config();
             const settings: [string, string] = [config.require("plain"), pulumi.getOrganization()];
             new pulumi.ComponentResource("demo:x:Thing", "one");
             console.log(JSON.stringify([...settings, pulumi.getProject(), pulumi.getStack(), pulumi.runtime.isDryRun()]));
             console.log(process.env.PULUMI_CONFIG_SECRET_KEYS, process.cwd() === __dirname);`,
        );
        const result = await host.run({}, (request) => {
            request.setDryrun(true);
            request.getConfigMap().set("demo:plain", "value").set("demo:password", "p");
            request.setConfigsecretkeysList(["demo:password"]);
        });
        assert.deepEqual([result.error, result.bail], ["", false]);
        assert.match(result.output, /\["value","acme","demo","test",true\]/);
        assert.match(result.output, /\["demo:password"\] true/);
        assert.deepEqual(host.registered, ["pulumi:pulumi:Stack demo-test", "demo:x:Thing one"]);
    });

    it("bails when the program has told the user what is wrong", async () => {
        host.put("index.js", 'throw new Error("boom");');
        const result = await host.run();
        assert.deepEqual([result.error, result.bail], ["", true]);
        assert.match(host.logged.join("\n"), /boom/);
    });

    it("reports another exit code, and what the program printed before", async () => {
        host.put("index.js", 'console.log("last words"); process.exit(3);');
        const result = await host.run();
        assert.deepEqual([result.error, result.bail], ["Program exited with non-zero exit code: 3", false]);
        assert.match(result.output, /last words/);
    });

    it("explains a program that ran out of memory", async () => {
        host.put("index.js", "const all = []; for (;;) all.push(new Array(100000).fill(all.length));");
        const result = await host.run({ typescript: false, nodeargs: "--max-old-space-size=32" });
        assert.match(result.error, /out of memory: set the runtime option nodeargs/);
    });

    it("passes nodeargs on", async () => {
        host.put("index.js", "console.log(JSON.stringify(process.execArgv));");
        const { output } = await host.run({ typescript: false, nodeargs: '--title="a b" --no-warnings' });
        assert.match(output, /\["--title=a b","--no-warnings"\]/);
    });

    it("refuses to attach a debugger, rather than run without one", async () => {
        host.put("index.js", "");
        const { error } = await host.run(undefined, (request) => request.setAttachDebugger(true));
        assert.match(error, /attaches no debugger: leave --attach-debugger out/);
    });

    it("names a wrong option and a missing SDK", async () => {
        const wrong = await host.run({ nodeargs: 5 });
        assert.match(wrong.error, /Pulumi.yaml: nodeargs: .*expected string/);
        const missing = await host.run({}, (request) => {
            request.getInfo()?.setProgramDirectory("/nowhere");
        });
        assert.match(missing.error, /SDK has not been installed .*\/nowhere\)\. Have you run pulumi install/);
    });

    it("says who it is and what the program needs", async () => {
        const info = await call<PluginInfo>((done) => host.client.getPluginInfo(new Empty(), done));
        assert.equal(info.getVersion(), version);
        const request = new language.GetRequiredPackagesRequest();
        request.setInfo(host.program());
        const answer = await call<language.GetRequiredPackagesResponse>((done) =>
            host.client.getRequiredPackages(request, done),
        );
        const packages = answer.getPackagesList().map((found) => `${found.getKind()} ${found.getName()}`);
        assert.deepEqual(packages.sort(), ["resource command", "resource docker", "resource tls"]);
    });

    it("answers pulumi about", async () => {
        const request = new language.AboutRequest();
        request.setInfo(host.program());
        const answer = await call<language.AboutResponse>((done) => host.client.about(request, done));
        assert.equal(answer.getVersion(), process.version);
        assert.match(answer.getMetadataMap().get("typescriptVersion") ?? "", /^5\./);
    });

    it("refuses to install with another package manager", async () => {
        const request = new language.InstallDependenciesRequest();
        request.setInfo(host.program({ packagemanager: "yarn" }));
        const stream = host.client.installDependencies(request);
        const message = await new Promise((resolve, reject) => {
            stream.on("error", (error) => {
                resolve(error.message);
            });
            stream.on("end", () => {
                reject(new Error("it installed"));
            });
            stream.resume();
        });
        assert.match(String(message), /npm only, not yarn .*: run "yarn install" yourself/);
    });

    it("says that it generates no code", async () => {
        await assert.rejects(
            call<language.PackResponse>((done) => host.client.pack(new language.PackRequest(), done)),
            { code: status.UNIMPLEMENTED },
        );
    });

    it("starts a policy pack with the stack's configuration, and hands calls on", async () => {
        host.put(
            "index.js",
            `const grpc = require("@grpc/grpc-js");
             const { AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
             const { AnalyzerInfo } = require("@pulumi/pulumi/proto/analyzer_pb");
             const { PULUMI_CONFIG, PULUMI_NODEJS_STACK, FROM_ENGINE } = process.env;
             const server = new grpc.Server();
             server.addService(AnalyzerService, {
                 getAnalyzerInfo: (_call, done) => {
                     const info = new AnalyzerInfo();
                     info.setName([PULUMI_CONFIG, PULUMI_NODEJS_STACK, FROM_ENGINE, process.env.HOME].join(" "));
                     done(null, info);
                 },
             });
             server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
                 console.log(String(port));
                 console.log("a word");
             });`,
        );
        const stream = host.runPlugin("analyzer", ["FROM_ENGINE=yes"], ["127.0.0.1:1"]);
        let output = "";
        const closed = new Promise((resolve) => stream.once("error", resolve).once("end", resolve));
        const port = await new Promise<string>((resolve) => {
            stream.on("data", (response: language.RunPluginResponse) => {
                output += Buffer.from(response.getStdout_asU8()).toString();
                if (output.includes("\n")) {
                    resolve(output.split("\n")[0] ?? "");
                }
            });
        });
        const pack = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
        const configuration = new AnalyzerStackConfigureRequest();
        configuration.setStack("test");
        configuration.getConfigMap().set("demo:plain", "value");
        await call((done) => pack.configureStack(configuration, done));
        const info = await call<AnalyzerInfo>((done) => pack.getAnalyzerInfo(new Empty(), done));
        // HOME is not there: the engine gives the whole environment.
        assert.equal(info.getName(), '{"demo:plain":"value"} test yes ');
        await assert.rejects(
            call((done) => pack.analyze(new AnalyzeRequest(), done)),
            { code: status.UNIMPLEMENTED },
        );
        assert.match(output, /a word/);
        pack.close();
        stream.cancel();
        await closed;
    });

    it("fails the calls that wait for a policy pack that does not start", async () => {
        host.put("index.js", 'throw new Error("no pack");');
        const stream = host.runPlugin("analyzer", [], ["127.0.0.1:1"]);
        const closed = new Promise<Error>((resolve) => stream.once("error", resolve));
        const port = await new Promise<string>((resolve) => {
            stream.once("data", (response: language.RunPluginResponse) => {
                resolve(Buffer.from(response.getStdout_asU8()).toString().trim());
            });
        });
        stream.resume();
        const pack = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
        await assert.rejects(
            call<AnalyzerInfo>((done) => pack.getAnalyzerInfo(new Empty(), done)),
            { code: status.UNAVAILABLE },
        );
        assert.match((await closed).message, /non-zero exit code: /);
        pack.close();
    });

    // The last one: a cancelled host takes no more work.
    it("interrupts the program when the engine cancels", async () => {
        host.put("index.js", 'setInterval(() => {}, 1000); console.log("started");');
        const running = host.run();
        await host.printed("started");
        await call<Empty>((done) => host.client.cancel(new Empty(), done));
        assert.match((await running).error, /SIGINT/);
    });
});
