// Drops a file on a window, as a file manager would: the source's side of XDND 5 (freedesktop.org, "Drag-and-Drop
// Protocol for the X Window System"), without a hand to hold the mouse.
//
//   drop_file WINDOW FILE    WINDOW as xdotool prints it; exit code 0 once the window says that it has taken the file

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <poll.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

constexpr long kVersion = 5;
constexpr int kPatienceMs = 10000;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "drop_file: %s\n", what);
  std::exit(1);
}

/// "file:///a%20b": every byte outside the unreserved set of RFC 3986 by its number.
std::string uri_of(const std::string& path) {
  std::string uri = "file://";
  for (const unsigned char c : std::filesystem::absolute(path).string()) {
    char number[4];
    std::snprintf(number, sizeof number, "%%%02X", c);
    const bool plain = c < 128 && (std::isalnum(c) || std::string("/-._~").find(c) != std::string::npos);
    uri += plain ? std::string(1, static_cast<char>(c)) : number;
  }
  return uri + "\r\n";
}

class Drag {
 public:
  Drag(Display* display, Window target) : display_(display), target_(target) {
    source_ = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0);
    XSetSelectionOwner(display, atom("XdndSelection"), source_, CurrentTime);
  }

  /// Over the middle of the window; false where it wants no file.
  bool hover() {
    tell("XdndEnter", kVersion << 24, static_cast<long>(atom("text/uri-list")), 0, 0);
    XWindowAttributes size;
    int x = 0, y = 0;
    Window child;
    XGetWindowAttributes(display_, target_, &size);
    XTranslateCoordinates(display_, target_, DefaultRootWindow(display_), size.width / 2, size.height / 2, &x, &y,
                          &child);
    tell("XdndPosition", 0, x << 16 | y, CurrentTime, static_cast<long>(atom("XdndActionCopy")));
    return (wait_for("XdndStatus").data.l[1] & 1) != 0;
  }

  /// Lets go, and hands the window the file when it asks for it.
  void drop(const std::string& uri) {
    uri_ = uri;
    tell("XdndDrop", 0, CurrentTime, 0, 0);
    wait_for("XdndFinished");
  }

 private:
  Atom atom(const char* name) { return XInternAtom(display_, name, False); }

  void tell(const char* what, long a, long b, long c, long d) {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = target_;
    event.xclient.message_type = atom(what);
    event.xclient.format = 32;
    const long data[] = {static_cast<long>(source_), a, b, c, d};
    for (int i = 0; i < 5; ++i) event.xclient.data.l[i] = data[i];
    XSendEvent(display_, target_, False, NoEventMask, &event);
  }

  XClientMessageEvent wait_for(const char* what) {
    for (XEvent event;;) {
      XFlush(display_);
      pollfd answer{ConnectionNumber(display_), POLLIN, 0};
      if (XPending(display_) == 0 && poll(&answer, 1, kPatienceMs) <= 0) fail("the window does not answer");
      XNextEvent(display_, &event);
      if (event.type == SelectionRequest) hand_over(event.xselectionrequest);
      if (event.type == ClientMessage && event.xclient.message_type == atom(what)) return event.xclient;
    }
  }

  void hand_over(const XSelectionRequestEvent& asked) {
    XChangeProperty(display_, asked.requestor, asked.property, asked.target, 8, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(uri_.data()), static_cast<int>(uri_.size()));
    XEvent event{};
    event.xselection.type = SelectionNotify;
    event.xselection.requestor = asked.requestor;
    event.xselection.selection = asked.selection;
    event.xselection.target = asked.target;
    event.xselection.property = asked.property;
    event.xselection.time = asked.time;
    XSendEvent(display_, asked.requestor, False, NoEventMask, &event);
  }

  Display* display_;
  Window target_, source_;
  std::string uri_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: drop_file WINDOW FILE");
  Display* display = XOpenDisplay(nullptr);
  if (display == nullptr) fail("there is no X display");
  Drag drag(display, std::strtoul(argv[1], nullptr, 0));
  if (!drag.hover()) fail("the window takes no files");
  drag.drop(uri_of(argv[2]));
  XCloseDisplay(display);
}
