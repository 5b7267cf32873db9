/** The methods that look at and change one resource. */
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { checkResponse, diffResponse } from "./responses";
import type { Session } from "./session";
import { unary } from "./unary";
import { toStruct } from "./values";

/** The methods that compare, and change nothing. */
export function comparingMethods<C>(session: Session<C>) {
    return {
        check: unary((request: proto.CheckRequest) =>
            session.onResource(request, async (resource, ctx) =>
                checkResponse(
                    await resource.check(
                        ctx,
                        session.read(request.getOlds()),
                        session.read(request.getNews()),
                    ),
                ),
            ),
        ),
        diff: unary((request: proto.DiffRequest) =>
            session.onResource(request, async (resource, ctx) =>
                diffResponse(
                    await resource.diff(
                        ctx,
                        request.getId(),
                        session.read(request.getOlds()),
                        session.read(request.getOldInputs()),
                        session.read(request.getNews()),
                        request.getIgnorechangesList(),
                    ),
                ),
            ),
        ),
    };
}

/** The methods that make, read, change and remove. */
export function changingMethods<C>(session: Session<C>) {
    return {
        create: unary((request: proto.CreateRequest) =>
            session.onResource(request, async (resource, ctx) => {
                const inputs = session.read(request.getProperties());
                const { id, outputs } = await resource.create(ctx, inputs, request.getPreview());
                const response = new proto.CreateResponse();
                response.setId(id);
                response.setProperties(toStruct(outputs));
                return response;
            }),
        ),
        read: unary((request: proto.ReadRequest) =>
            session.onResource(request, async (resource, ctx) => {
                const state = session.read(request.getProperties());
                const found = await resource.read(
                    ctx,
                    request.getId(),
                    session.read(request.getInputs()),
                    state,
                );
                const response = new proto.ReadResponse();
                if (found !== undefined) {
                    response.setId(found.id);
                    response.setInputs(toStruct(found.inputs));
                    response.setProperties(toStruct(found.outputs));
                }
                return response;
            }),
        ),
        update: unary((request: proto.UpdateRequest) =>
            session.onResource(request, async (resource, ctx) => {
                const outputs = await resource.update(
                    ctx,
                    request.getId(),
                    session.read(request.getOlds()),
                    session.read(request.getOldInputs()),
                    session.read(request.getNews()),
                    request.getPreview(),
                    request.getIgnorechangesList(),
                );
                const response = new proto.UpdateResponse();
                response.setProperties(toStruct(outputs));
                return response;
            }),
        ),
        delete: unary((request: proto.DeleteRequest) =>
            session.onResource(request, async (resource, ctx) => {
                const [inputs, outputs] = [request.getOldInputs(), request.getProperties()].map((struct) =>
                    session.read(struct),
                );
                await resource.delete(ctx, request.getId(), inputs ?? {}, outputs ?? {});
                return new Empty();
            }),
        ),
    };
}
