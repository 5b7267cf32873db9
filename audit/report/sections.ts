/** The sections of Docker Bench for Security 1.6.0. */
export const sections = [
    { id: 1, title: "Host" },
    { id: 2, title: "Docker daemon" },
    { id: 3, title: "Files of the daemon" },
    { id: 4, title: "Images" },
    { id: 5, title: "Running containers" },
    { id: 6, title: "Operation" },
    { id: 7, title: "Swarm" },
] as const;
