# An authorization plugin that lets everything through unread: what any plugin costs, by the engine's way of asking alone.
# It denies the one container that is called _which, by which it is known.
# Usage: perl allow-all.pl SOCKET
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my $listener = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 16) or die "$ARGV[0]: $!";
my $open = IO::Select->new($listener);
my $allowed = '{"Allow":true}';
my $denied = '{"Allow":false,"Msg":"known"}';
my $implements = '{"Implements":["authz"]}';
my %read;

sub answer {
    my ($connection, $text) = @_;
    syswrite $connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . length($text) . "\r\n\r\n$text";
}

while (1) {
    for my $ready ($open->can_read) {
        if ($ready == $listener) {
            $open->add(scalar $listener->accept);
            next;
        }
        my $got = sysread $ready, $read{$ready}, 1 << 20, length($read{$ready} // '');
        unless ($got) {
            delete $read{$ready};
            $open->remove($ready);
            close $ready;
            next;
        }
        while ($read{$ready} =~ /^(.*?)\r\n\r\n/s) {
            my $head = $1;
            my $whole = length($head) + 4 + ($head =~ /^Content-Length: (\d+)/im ? $1 : 0);
            last if length $read{$ready} < $whole;
            my $request = substr $read{$ready}, 0, $whole, '';
            answer($ready, $head =~ m{^POST /Plugin\.Activate } ? $implements : $request =~ m{name=_which"} ? $denied : $allowed);
        }
    }
}
