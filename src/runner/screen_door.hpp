// The way to a session's screen: for each byte that comes in on a socket from outside the sandbox, a
// connection to the screen's own socket goes back out. So the screen has no address outside, and who may look
// is decided by who holds the other end.
#pragma once

namespace fvm::runner {

inline constexpr const char* screen_socket = "/run/fvm/screen.sock";
inline constexpr char screen_ready = 'y', screen_missing = 'n';
inline constexpr int screen_milliseconds_max = 20'000;  // for the screen to come up

// Serves `control` until its other end is closed. Each byte is answered by `screen_ready` with a descriptor,
// or by `screen_missing` without.
void serve_screen(int control);

}  // namespace fvm::runner
