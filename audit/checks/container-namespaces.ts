/** Namespaces that containers share with the host. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";

export const containerNamespaceChecks: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.16",
        level: 1,
        title: "Process namespace of containers (should not be the host's)",
        reads: "docker inspect: HostConfig.PidMode",
        remediation: "Take --pid host out.",
        verdict: "WARN",
        finding: "With the host's processes",
        find: named(({ pidMode }) => pidMode === "host"),
    }),
    containerCheck({
        id: "5.17",
        level: 1,
        title: "IPC namespace of containers (should not be the host's)",
        reads: "docker inspect: HostConfig.IpcMode",
        remediation: "Take --ipc host out; containers that share memory can share one container's.",
        verdict: "WARN",
        finding: "With the host's IPC",
        find: named(({ ipcMode }) => ipcMode === "host"),
    }),
    containerCheck({
        id: "5.21",
        level: 1,
        title: "UTS namespace of containers (should not be the host's)",
        reads: "docker inspect: HostConfig.UTSMode",
        remediation: "Take --uts host out.",
        verdict: "WARN",
        finding: "With the host's name",
        find: named(({ utsMode }) => utsMode === "host"),
    }),
    containerCheck({
        id: "5.31",
        level: 1,
        title: "User namespace of containers (should not be the host's)",
        reads: "docker inspect: HostConfig.UsernsMode",
        remediation: "Take --userns host out.",
        verdict: "WARN",
        finding: "With the host's user namespace",
        find: named(({ userNamespaceMode }) => userNamespaceMode === "host"),
    }),
];
