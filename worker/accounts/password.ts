/**
 * scrypt in the sign-in library's own format (`salt:key`, hex; N 16,384, r 16, p 1), so that a hash
 * made while seeding in Node is one that sign-in in the worker verifies.
 */
export { hashPassword, verifyPassword } from "better-auth/crypto";
