import * as net from "node:net";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { declaredTogether, type DeclaredItems } from "../declared";
import type { Engine } from "../engine";
import { placeFile, type PlacedFile } from "../file";
import { declaredCertificate } from "./declare";

const caValidityHours = 10 * 365 * 24;
const leafValidityHours = 365 * 24;
/** A leaf certificate is renewed by `pulumi up --refresh` in its last 30 days. */
const leafRenewalHours = 30 * 24;
/** No CA is renewed by itself: the audit warns of a CA this long before it ends. */
const caRenewalHours = 90 * 24;

interface CertificatesArgs {
    readonly engine: Engine;
    /** IP addresses and DNS names of the server; all go into the subject alternative names of the leaf certificate. */
    readonly names: readonly string[];
    /** `HOST:PORT` under which the host's engine has to trust the CA. */
    readonly trustedRegistry: string;
    /** Folder on the host for the server's files. */
    readonly folder: string;
    /** Uid inside the container that reads the key. */
    readonly serverUid: number;
}

/** A private CA and a server certificate, with their files on the host. */
export class Certificates extends pulumi.ComponentResource {
    /** The CA's certificate, PEM. */
    readonly caCertificate: pulumi.Output<string>;
    /** The server's certificate on the host: its path, and a digest that changes with the certificate. */
    readonly certificateFile: PlacedFile;
    /** The server's private key on the host. */
    readonly keyFile: PlacedFile;
    /** The CA's certificate on the host, for containers that are clients. */
    readonly caFile: PlacedFile;
    /** The resource that is done once the host's engine trusts the registry. */
    readonly trust: pulumi.Resource;
    readonly declared: DeclaredItems;

    constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:tls:Certificates", name, {}, opts);
        const ca = this.authority(name);
        const leaf = this.leaf(name, ca, args.names);
        const place = (
            part: string,
            file: string,
            mode: string,
            owner: string,
            content: pulumi.Input<string>,
        ) => placeFile(`${name}-${part}`, args.engine, { path: file, mode, owner, content }, this);
        this.caCertificate = ca.certificate.certPem;
        this.certificateFile = place(
            "server-certificate",
            `${args.folder}/server.crt`,
            "0444",
            "root",
            leaf.certificate.certPem,
        );
        this.keyFile = place(
            "server-key",
            `${args.folder}/server.key`,
            "0400",
            String(args.serverUid),
            pulumi.secret(leaf.key.privateKeyPem),
        );
        this.caFile = place("ca", `${args.folder}/ca.crt`, "0444", "root", this.caCertificate);
        const trustFolder = `/etc/docker/certs.d/${args.trustedRegistry}`;
        const trust = place("trust", `${trustFolder}/ca.crt`, "0444", "root", this.caCertificate);
        this.trust = trust.step.resource;
        const certificates = [
            declaredCertificate(this.certificateFile, leaf.certificate, leafRenewalHours),
            declaredCertificate(this.caFile, ca.certificate, caRenewalHours),
            declaredCertificate(trust, ca.certificate, caRenewalHours),
        ];
        const folder = this.trust.urn.apply((resource) => [
            { kind: "folder" as const, resource, path: trustFolder },
        ]);
        const key = this.keyFile.declared.apply((file) => [file]);
        this.declared = declaredTogether(...certificates, key, folder);
        this.registerOutputs({ caCertificate: this.caCertificate });
    }

    private authority(name: string): { key: tls.PrivateKey; certificate: tls.SelfSignedCert } {
        const key = new tls.PrivateKey(
            `${name}-ca-key`,
            { algorithm: "ECDSA", ecdsaCurve: "P384" },
            { parent: this },
        );
        const certificate = new tls.SelfSignedCert(
            `${name}-ca`,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { commonName: `Portcullis CA of ${pulumi.getStack()}`, organization: "Portcullis" },
                isCaCertificate: true,
                setSubjectKeyId: true,
                validityPeriodHours: caValidityHours,
                allowedUses: ["cert_signing", "crl_signing"],
            },
            { parent: this },
        );
        return { key, certificate };
    }

    private leaf(
        name: string,
        ca: { key: tls.PrivateKey; certificate: tls.SelfSignedCert },
        names: readonly string[],
    ): { key: tls.PrivateKey; certificate: tls.LocallySignedCert } {
        const key = new tls.PrivateKey(
            `${name}-server-key-pair`,
            { algorithm: "ECDSA", ecdsaCurve: "P256" },
            { parent: this },
        );
        const request = new tls.CertRequest(
            `${name}-server-request`,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { commonName: names[0], organization: "Portcullis" },
                dnsNames: names.filter((entry) => net.isIP(entry) === 0),
                ipAddresses: names.filter((entry) => net.isIP(entry) !== 0),
            },
            { parent: this },
        );
        const certificate = new tls.LocallySignedCert(
            `${name}-server`,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: ca.key.privateKeyPem,
                caCertPem: ca.certificate.certPem,
                validityPeriodHours: leafValidityHours,
                earlyRenewalHours: leafRenewalHours,
                allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
            },
            { parent: this },
        );
        return { key, certificate };
    }
}
