// --pre-js of programs with threads: leave as soon as main() has returned. Waiting for the event
// loop to empty while its workers are being terminated makes Node 20 end with code 1 now and then.
Module.onExit = (status) => process.exit(status);
