/** Repository of the canary in the private registry. */
export const canaryRepository = "portcullis/canary";
