/** Labels of all resource types: a set of label and value. */
import { type Fields, replaces, required, string } from "./types";

export const labelFields: Fields = {
    label: required(string, replaces),
    value: required(string, replaces),
};
